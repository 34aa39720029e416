/**
 * What npm runs before it packs the folder lib itself: `npm pack -w lib --ignore-scripts=false`, or `npm publish` with the same flag. npm reads
 * the manifest anew after this.
 */
import { withLibrary } from './build.mjs';
import { showPackage } from './manifest.mjs';

await withLibrary(async (root, buildBrowser) => {
  await buildBrowser();
  showPackage(root);
});
