/**
 * The library for pages: one ES module without Node's modules, `lib/browser/dist/lstm-lab.js`, with the WebAssembly that it loads beside it
 * and a small module for each room. TensorFlow.js stays outside, so that a page has one copy of it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { removeFolder } from '../../lib/system.js';

/** The rooms that a page has, which can be imported alone. */
export const ROOMS = ['layers', 'torch', 'train', 'text', 'series', 'plot'];

const WASM = [
  'lib/wasm/kernels-fma.wasm',
  'lib/wasm/kernels-simd.wasm',
  'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
];

/** A module of `lib` that stands in `lib/browser` as well is taken from there. */
const browserModules = (lib) => ({
  name: 'browser-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path: asked, resolveDir, importer }) => {
      const inLib = path.relative(lib, path.resolve(resolveDir, asked));
      const own = path.join(lib, 'browser', `${inLib}.ts`);
      return !inLib.startsWith('..') && !inLib.startsWith('browser') && importer !== own && fs.existsSync(own)
        ? { path: own }
        : undefined;
    });
  },
});

/**
 * @param {string} root of the project
 * @param {string} [folder] where it is written
 * @returns {Promise<{ bytes: number, inputs: string[] }>} the size of the module, and what it was made of
 */
export async function buildBrowser(root, folder = path.join(root, 'lib', 'browser', 'dist')) {
  const lib = path.join(root, 'lib');
  const bundle = (entryPoints, write) =>
    build({
      absWorkingDir: root,
      entryPoints,
      write,
      outdir: folder,
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      minifySyntax: true,
      minifyWhitespace: true,
      // TensorFlow.js's package holds its core: what asks for the core gets that one.
      alias: { 'node:path': 'path-browserify', '@tensorflow/tfjs-core': '@tensorflow/tfjs' },
      external: ['@tensorflow/tfjs'],
      plugins: [browserModules(lib)],
      metafile: true,
      logLevel: 'warning',
    });
  const output = ({ metafile }, name) =>
    metafile.outputs[
      path
        .relative(root, path.join(folder, `${name}.js`))
        .split(path.sep)
        .join('/')
    ];
  removeFolder(folder);
  const whole = await bundle({ 'lstm-lab': path.join(lib, 'browser', 'index.ts') }, true);
  const alone = await bundle(Object.fromEntries(ROOMS.map((room) => [room, path.join(lib, room, 'index.ts')])), false);
  for (const room of ROOMS)
    fs.writeFileSync(
      path.join(folder, `${room}.js`),
      `import { ${room} } from './lstm-lab.js';\nexport const { ${output(alone, room).exports.join(', ')} } = ${room};\n`,
    );
  for (const file of WASM) fs.copyFileSync(path.join(root, file), path.join(folder, path.basename(file)));
  // Types of an ES module, those that tsc makes of the source.
  fs.writeFileSync(path.join(folder, 'lstm-lab.d.ts'), "export * from '../../dist/browser/index.js';\n");
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  const { bytes, inputs } = output(whole, 'lstm-lab');
  return { bytes, inputs: Object.keys(inputs) };
}
