/** `npm run doctor`: every part with its version and state, the cure for what is wrong, and what computes each operation. */
import { readFlags } from './arguments.mjs';
import { askBackend, closing, diagnose } from './diagnosis.mjs';
import { silentProgress } from './progress.mjs';
import { setupContext } from './setup.mjs';

const MARKS = { ok: '✓', warning: '!', error: '✗' };

const { values } = readFlags('npm run doctor', {
  json: {
    type: 'boolean',
    help: 'for machines: { ok, parts: [{ name, state, version, detail, cure }], tiers: [{ operation, tier, condition, here }] }',
  },
  help: { type: 'boolean', help: 'show this' },
});
const context = setupContext({ progress: silentProgress() });
const backend = askBackend(context);
const parts = await diagnose(context, backend);
const tiers = backend.tiers ?? [];
const ok = parts.every(({ state }) => state !== 'error');
if (values.json) {
  process.stdout.write(`${JSON.stringify({ ok, parts, tiers }, null, 2)}\n`);
} else {
  const width = Math.max(...parts.map(({ name }) => name.length)) + 2;
  for (const { name, state, version, detail, cure } of parts) {
    const text = [version, detail].filter(Boolean).join(', ');
    process.stdout.write(`${MARKS[state]} ${name.padEnd(width)}${text}\n`);
    if (cure) process.stdout.write(`${' '.repeat(width + 2)}-> ${cure}\n`);
  }
  if (backend.tierLines) process.stdout.write(`\n${backend.tierLines}\n`);
  process.stdout.write(`\n${closing(parts)}\n`);
}
process.exitCode = ok ? 0 : 1;
