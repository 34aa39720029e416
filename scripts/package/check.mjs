/**
 * `node scripts/package/check.mjs lstm-lab-0.1.0.tgz`: what publint and Are The Types Wrong say about a packed package, a line each; nothing
 * when all is well. Modules of their own, since both are ES modules only.
 */
import fs from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Pages take ES modules only. */
const isMeant = ({ kind, entrypoint }) => kind === 'CJSResolvesToESM' && entrypoint === './browser';

const bytes = new Uint8Array(fs.readFileSync(process.argv[2]));
const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
const { types, problems = [] } = await checkPackage(createPackageFromTarballData(bytes));
const lines = [
  ...messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`),
  ...(types ? [] : ['Are The Types Wrong: there are no types']),
  ...problems
    .filter((problem) => !isMeant(problem))
    .map(
      ({ kind, entrypoint = '', resolutionKind = '' }) =>
        `Are The Types Wrong: ${kind} ${entrypoint} ${resolutionKind}`,
    ),
];
for (const line of lines) console.log(line);
