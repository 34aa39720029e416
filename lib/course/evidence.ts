import { orNearest } from '../options';
import { Table } from '../table';
import { formatMeasurement, formatValue } from './claim-format';
import { measurement } from './claims';
import { readClaims } from './claims-file';
import type { Measurement } from './judgement';
import { storedMeasurements } from './lessons';

/**
 * What the course has measured about a question: a table of claims by id, each with its lesson and its value; the value of this session
 * where it has one, else the stored one. Throws on an id that `claims.json` does not hold, and on a claim that no notebook has measured.
 */
export function evidence(...ids: string[]): Table {
  const { claims } = readClaims();
  let stored: Map<string, Measurement> | undefined;
  const rows = ids.map((id) => {
    const claim = Object.hasOwn(claims, id) ? claims[id] : undefined;
    if (!claim)
      throw new Error(`evidence('${id}'): claims.json has no such claim${orNearest(id, Object.keys(claims))}`);
    const found = measurement(id) ?? (stored ??= storedMeasurements()).get(id);
    if (!found)
      throw new Error(`evidence('${id}'): no value is stored; run lesson ${claim.lesson} with --profile full --write.`);
    return [claim.lesson, id, claim.text, formatMeasurement(found, (x) => formatValue(x, claim.format, claim.unit))];
  });
  return new Table(['lesson', 'claim', 'what was measured', 'value'], rows);
}
