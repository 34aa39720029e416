/**
 * A reporter for node:test that is silent about what passes; it leaves its counts, and which tests were skipped and why, in the file that
 * LSTM_TEST_REPORT names.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';

const linesOfStderr = 30;

export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: [] };
  const stderr = new Map();
  for await (const { type, data } of events) {
    if (type === 'test:stderr') stderr.set(data.file, (stderr.get(data.file) ?? '') + data.message);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const failedInside = data.details.error?.failureType === 'subtestsFailed';
    if (data.details.type === 'suite' ? type === 'test:pass' || failedInside : failedInside) continue;
    if (data.skip !== undefined || data.todo !== undefined) counts.skipped.push(skipped(data));
    else if (type === 'test:pass') counts.passed++;
    else {
      counts.failed++;
      yield describe(data, stderr);
    }
  }
  writeFileSync(process.env.LSTM_TEST_REPORT, JSON.stringify(counts));
}

function describe({ name, file, details }, stderr) {
  const cause = details.error?.cause ?? details.error;
  const wholeFile = file !== undefined && path.resolve(name) === file;
  const words = wholeFile
    ? `The file failed as a whole.\n${(stderr.get(file) ?? '').trim().split('\n').slice(-linesOfStderr).join('\n')}`
    : cause instanceof Error
      ? (cause.stack ?? cause.message)
      : inspect(cause);
  return `✗ ${[placeOf(file), !wholeFile && name].filter(Boolean).join(' · ')}\n${words.replace(/^/gm, '    ')}\n\n`;
}

function skipped({ name, file, skip, todo }) {
  const reason = [skip, todo].find((words) => typeof words === 'string' && words !== '');
  return [placeOf(file), name].filter(Boolean).join(' · ') + (reason ? `: ${reason}` : '');
}

const placeOf = (file) => (file ? path.relative(process.cwd(), file) : '');
