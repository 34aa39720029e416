/**
 * `npm run claims [-- --write]`: what the sources claim and what the lessons measured, made from claims.json and from the values that the
 * notebooks store. The most telling rows stand in the README, all of them in notebooks/claims.md.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../lib/files';
import { formatMeasurement, formatValue } from '../../lib/course/claim-format';
import { storedMeasurements } from '../../lib/course/lessons';
import { readClaimsFile, type Claim, type ClaimsFile, type Measurement } from './claims';
import { withSection } from '../readme';

/** The table as Markdown: each claim that has a source, lesson by lesson; with `headline`, those alone that claims.json marks so. */
export function claimsTable(
  { claims, lessons }: ClaimsFile,
  measured: Map<string, Measurement>,
  { headline = false } = {},
): string {
  const rows = Object.entries(claims)
    .filter(([, claim]) => claim.source !== null && (claim.headline || !headline))
    .sort(([, a], [, b]) => a.lesson.localeCompare(b.lesson))
    .map(([id, claim]) => row(claim, lessons[claim.lesson].title, measured.get(id)));
  const head = ['| lesson | the source says | where | we measured | verdict |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...rows].join('\n');
}

function row(claim: Claim, title: string, measurement: Measurement | undefined): string {
  const { ref, value } = claim.source!;
  const write = (x: number) => formatValue(x, claim.format, claim.unit);
  const ours = measurement ? formatMeasurement(measurement, write) : 'not measured yet';
  const cells = [`${claim.lesson} ${title}`, `${claim.text}: ${value}`, ref, ours, claim.verdict];
  return `| ${cells
    .map((text) =>
      text
        .replaceAll('|', '\\|')
        .split('\n')
        .map((line) => line.trim())
        .join(' '),
    )
    .join(' | ')} |`;
}

const introduction = `# What the sources claim, what we measured

The course grew out of five tutorials. Each of their claims that the lessons measured, with the value of the stored full run; a difference stands
with its standard error (±). \`npm run claims -- --write\` makes this page.`;

/** A file that holds claims, as it is and as it should be. */
export interface ClaimsPage {
  file: string;
  current: string;
  wanted: string;
}

/** The README, which holds the most telling claims, and the page that holds all of them. */
export function claimsPages(root: string): ClaimsPage[] {
  const folder = path.join(root, 'notebooks');
  const claims = readClaimsFile(path.join(folder, 'claims.json'));
  const measured = storedMeasurements(folder);
  const page = (file: string, wanted: (current: string) => string) => {
    const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return { file, current, wanted: wanted(current) };
  };
  return [
    page(path.join(root, 'README.md'), (text) =>
      withSection(text, 'claims', claimsTable(claims, measured, { headline: true })),
    ),
    page(path.join(folder, 'claims.md'), () => `${introduction}\n\n${claimsTable(claims, measured)}\n`),
  ];
}

/** Brings the pages up to date; says which of them that changed. */
export function updateClaimsPages(root: string): string[] {
  const stale = claimsPages(root).filter(({ current, wanted }) => current !== wanted);
  for (const { file, wanted } of stale) replaceFile(file, wanted);
  return stale.map(({ file }) => path.relative(root, file));
}

if (require.main === module) {
  const root = path.resolve(__dirname, '../..');
  if (process.argv.includes('--write')) {
    const changed = updateClaimsPages(root);
    console.log(
      changed.length > 0 ? `Brought up to date: ${changed.join(', ')}.` : 'All tables of claims are up to date.',
    );
  } else {
    for (const { file, wanted } of claimsPages(root).slice(1)) console.log(`${path.relative(root, file)}\n\n${wanted}`);
  }
}
