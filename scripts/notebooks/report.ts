/** What a run says at its end: on the terminal, as JSON, and as JUnit XML. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { replaceFile, WriteError } from '../../lib/files';
import { escapeHTML } from '../../lib/table';
import type { Failure, NotebookResult } from './result';
import { plural, seconds } from './text';

/** Every failure of a run with its place, and every warning. */
export function describeFailures(results: NotebookResult[]): string {
  const lines = results.flatMap((result) => [
    ...result.failures.map((failure) => describe(result.name, failure)),
    ...result.warnings.map((warning) => `! ${result.name}: ${warning}`),
  ]);
  return lines.join('\n');
}

function describe(name: string, failure: Failure): string {
  const place = [name, failure.cell && `cell ${failure.cell}`, failure.line && `line ${failure.line}`]
    .filter(Boolean)
    .join(', ');
  const label = failure.kind === 'error' || failure.kind === 'timeout' ? '' : `${failure.kind}: `;
  const [first, ...rest] = failure.message.split('\n');
  if (failure.follows) return `  ${place}: follows from cell ${failure.follows} (${first})`;
  const quoted = failure.source ? [`    > ${failure.source}`] : [];
  return [`✗ ${place}: ${label}${first}`, ...quoted, ...rest.slice(0, 8).map((line) => `    ${line}`)].join('\n');
}

export function summarize(results: NotebookResult[], elapsed: number): string {
  const passed = results.filter((result) => result.passed).length;
  return `${plural(passed, 'notebook')} passed, ${results.length - passed} failed, in ${seconds(elapsed)}`;
}

export function writeJson(file: string, results: NotebookResult[]): void {
  const passed = results.filter((result) => result.passed).length;
  const profile = results[0]?.profile;
  write(file, `${JSON.stringify({ profile, passed, failed: results.length - passed, notebooks: results }, null, 2)}\n`);
}

/** One test suite a notebook; one test case a cell, and one for everything that belongs to no cell. */
export function writeJunit(file: string, results: NotebookResult[]): void {
  write(
    file,
    ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...results.map(suite), '</testsuites>', ''].join('\n'),
  );
}

function suite(result: NotebookResult): string {
  const ofCell = (number: number) => result.failures.filter((failure) => failure.cell === number);
  const ofNone = result.failures.filter((failure) => failure.cell === undefined);
  const cases = [
    ...result.cells.map((cell) => {
      const skipped = cell.status === 'skipped' || cell.status === 'not run' ? '<skipped/>' : '';
      return testCase(result.name, `cell ${cell.number}`, cell.seconds, ofCell(cell.number), skipped);
    }),
    testCase(result.name, 'claims, budget and stored outputs', 0, ofNone, ''),
  ];
  const failed = result.cells.filter(({ number }) => ofCell(number).length > 0).length + (ofNone.length > 0 ? 1 : 0);
  const attributes = { name: result.name, tests: cases.length, failures: failed, time: result.seconds.toFixed(3) };
  return [`  <testsuite${attributesOf(attributes)}>`, ...cases, '  </testsuite>'].join('\n');
}

function testCase(suiteName: string, name: string, time: number, failures: Failure[], otherwise: string): string {
  const inside = failures.map(
    (failure) =>
      `<failure${attributesOf({ type: failure.kind, message: failure.message })}>` +
      `${escapeXml((failure.traceback ?? []).join('\n'))}</failure>`,
  );
  const content = inside.join('') || otherwise;
  return `    <testcase${attributesOf({ classname: suiteName, name, time: time.toFixed(3) })}>${content}</testcase>`;
}

const attributesOf = (values: Record<string, string | number>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');

/** The four characters that HTML escapes are those of XML; of control characters XML 1.0 allows tab and line ends, of surrogates pairs. */
const escapeXml = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- they are what is taken out
  escapeHTML(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');

function write(file: string, content: string): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  } catch (error) {
    throw new WriteError(file, error as NodeJS.ErrnoException);
  }
  replaceFile(path.resolve(file), content);
}
