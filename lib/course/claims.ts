import { withArticle } from '../article';
import { display } from '../notebook';
import { orNearest } from '../options';
import { difference, mean } from '../series';
import { escapeHTML } from '../table';
import { readClaims, type Claim } from './claims-file';
import { judge, type Measurement } from './judgement';
import { profile } from './profile';
import { claimType } from './reports';

const measured = new Map<string, Measurement>();

/** The last measurement of a claim in this session. */
export const measurement = (id: string): Measurement | undefined => measured.get(id);

/**
 * States a measured number: shows it with its source and whether it lies where `claims.json` allows it to lie in this
 * profile, and reports it to the runner. Throws on an id that `claims.json` does not hold and on a value that is no finite number.
 */
export function claim(id: string, value: number): void {
  const found = lookUp(id, 'claim');
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Error(`claim('${id}', ${String(value)}): a claim is a finite number, and this is ${describe(value)}.`);
  }
  if (found.states?.order) {
    throw new Error(
      `claim('${id}', …): claims.json states an order, so it needs both groups: ordering('${id}', a, b).`,
    );
  }
  report(id, found, { value });
}

/**
 * States how the mean of one group of measurements lies to that of another, such as the errors of two networks over several seeds:
 * shows the difference, `a` minus `b`, with its standard error, and whether the order holds that `claims.json` states.
 * With `paired` the values belong together one by one; with `relative` the difference is a share of the mean of `b`.
 * Throws on an id without an order in `claims.json`, and in the full profile on fewer than three values in a group.
 */
export function ordering(
  id: string,
  a: readonly number[],
  b: readonly number[],
  { paired = false, relative = false }: { paired?: boolean; relative?: boolean } = {},
): void {
  const found = lookUp(id, 'ordering');
  if (!found.states?.order) {
    throw new Error(`ordering('${id}', …): claims.json states no order for it; give "states": { "order": "below" }.`);
  }
  if (profile === 'full' && Math.min(a.length, b.length) < 3) {
    throw new Error(
      `ordering('${id}', …): ${a.length} and ${b.length} values; three or more in each group tell a difference from chance.`,
    );
  }
  const gap = difference(a, b, { paired });
  const scale = relative ? 1 / Math.abs(mean(b)) : 1;
  report(id, found, { value: gap.mean * scale, error: gap.error === undefined ? undefined : gap.error * scale });
}

function lookUp(id: string, caller: string): Claim {
  const { claims } = readClaims();
  const found = Object.hasOwn(claims, id) ? claims[id] : undefined;
  if (!found)
    throw new Error(`${caller}('${id}', …): claims.json has no such claim${orNearest(id, Object.keys(claims))}`);
  return found;
}

function report(id: string, found: Claim, { value, error }: Pick<Measurement, 'value' | 'error'>): void {
  const { ok, shown, allowed } = judge(found, profile, { value, error });
  const result: Measurement = { id, value, ...(error === undefined ? {} : { error }), ok, profile };
  measured.set(id, result);

  const notes = [
    ...(ok ? [] : [`allowed: ${allowed}`]),
    ...(found.source ? [`source ${found.source.ref}: ${found.source.value}`] : []),
  ].join('; ');
  const mark = !ok ? '✗' : allowed === '' ? '·' : '✓';
  const tail = notes ? ` (${notes})` : '';
  const color = ok ? '#009E73' : '#D55E00';
  display({
    [claimType]: result,
    'text/plain': `${id} = ${shown} ${mark}${tail}`,
    'text/html':
      `<span title="${escapeHTML(found.text)}"><code>${escapeHTML(id)}</code> = <b>${escapeHTML(shown)}</b> ` +
      `<b style="color:${color}">${mark}</b>${escapeHTML(tail)}</span>`,
  });
}

const describe = (value: unknown): string => (typeof value === 'number' ? String(value) : withArticle(typeof value));
