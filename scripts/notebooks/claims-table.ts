/**
 * `npm run claims [-- --write]`: the README's table "What the sources claim, what we measured", made from claims.json and from the
 * values that the notebooks store.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatValue } from '../../lib/course/claims';
import { replaceFile } from '../../lib/files';
import { measurementsIn, readClaimsFile, type Claim, type ClaimsFile, type Measurement } from './claims';
import { withSection } from '../readme';
import { readNotebook } from './notebook';
import { notebooksIn } from './select';

/** The table as Markdown: each claim that has a source, lesson by lesson. */
export function claimsTable({ claims, lessons }: ClaimsFile, measured: Map<string, Measurement>): string {
  const rows = Object.entries(claims)
    .filter(([, claim]) => claim.source !== null)
    .sort(([, a], [, b]) => a.lesson.localeCompare(b.lesson))
    .map(([id, claim]) => row(claim, lessons[claim.lesson].title, measured.get(id)));
  const head = ['| lesson | the source says | where | we measured | verdict |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...rows].join('\n');
}

function row(claim: Claim, title: string, measurement: Measurement | undefined): string {
  const { ref, value } = claim.source!;
  const ours = measurement ? formatValue(measurement.value, claim.format, claim.unit) : 'not measured yet';
  const cells = [`${claim.lesson} ${title}`, `${claim.text}: ${value}`, ref, ours, claim.verdict];
  return `| ${cells.map((text) => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
}

/** The values that the lessons in a folder store. */
export function storedMeasurements(folder: string): Map<string, Measurement> {
  const measurements = notebooksIn(folder).flatMap((file) => measurementsIn(readNotebook(file)));
  return new Map(measurements.map((measurement) => [measurement.id, measurement]));
}

/** The README as it is and as it should be. */
export function readmeOf(root: string): { file: string; current: string; wanted: string; table: string } {
  const file = path.join(root, 'README.md');
  const folder = path.join(root, 'notebooks');
  const table = claimsTable(readClaimsFile(path.join(folder, 'claims.json')), storedMeasurements(folder));
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return { file, current, wanted: withSection(current, 'claims', table), table };
}

/** Brings the table in the README up to date; says whether that changed anything. */
export function updateReadme(root: string): boolean {
  const { file, current, wanted } = readmeOf(root);
  if (current !== wanted) replaceFile(file, wanted);
  return current !== wanted;
}

if (require.main === module) {
  const root = path.resolve(__dirname, '../..');
  if (process.argv.includes('--write')) {
    console.log(`README.md: its table of claims ${updateReadme(root) ? 'was brought' : 'is'} up to date.`);
  } else {
    console.log(readmeOf(root).table);
  }
}
