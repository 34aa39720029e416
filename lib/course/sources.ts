import { Table } from '../table';
import { formatMeasurement, formatValue } from './claim-format';
import { measurement } from './claims';
import { readClaims, type Claim } from './claims-file';
import { profile } from './profile';

/**
 * The table "What the sources claim, what we measured" of one lesson ('02'), or of the whole course: every claim that has a source,
 * with the value measured in this session. Throws on a lesson that `claims.json` does not know.
 */
export function sourcesTable(lesson?: string): Table {
  const { lessons, claims } = readClaims();
  if (lesson !== undefined && !Object.hasOwn(lessons, lesson)) {
    throw new Error(`sourcesTable('${lesson}'): claims.json knows the lessons ${Object.keys(lessons).join(', ')}.`);
  }
  const rows = Object.entries(claims)
    .filter(([, claim]) => claim.source && (lesson === undefined || claim.lesson === lesson))
    .map(([id, claim]) => row(id, claim));
  const caption =
    profile === 'quick'
      ? 'What the sources claim, what we measured (quick profile: short runs; the verdicts rest on the full one)'
      : 'What the sources claim, what we measured';
  return new Table(['source', 'claim', 'measured', 'verdict'], rows, caption);
}

function row(id: string, claim: Claim): string[] {
  const found = measurement(id);
  const source = claim.source!;
  return [
    source.ref,
    `${claim.text}: ${source.value}`,
    found ? formatMeasurement(found, (x) => formatValue(x, claim.format, claim.unit)) : 'not measured in this session',
    found && !found.ok ? '✗ outside the range that claims.json allows' : claim.verdict,
  ];
}
