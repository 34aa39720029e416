import fs from 'node:fs';
import path from 'node:path';
import { display } from '../notebook';
import { orNearest } from '../options';
import { escapeHTML } from '../table';
import { profile, type Profile } from './profile';

/** A number that a lesson states: where it comes from, and between which bounds it must lie in each profile. */
export interface Claim {
  lesson: string;
  text: string;
  /** The source tutorial's place and figure; null for a claim of our own. */
  source: { ref: string; value: string } | null;
  /** `integer`, `percent` (of a fraction), `fixed:N` (decimals), `sig:N` (significant digits) or `seconds`. */
  format: string;
  unit: string;
  quick: [number, number];
  full: [number, number];
  verdict: string;
}

/** A claim as it was measured in this session. */
export interface Measurement {
  id: string;
  value: number;
  ok: boolean;
  profile: Profile;
}

/** The file `claims.json`: the lessons' budgets and every claim by its id. */
export interface ClaimsFile {
  lessons: Record<string, { title: string; budget: Record<Profile, { seconds: number; megabytes: number }> }>;
  claims: Record<string, Claim>;
}

const measured = new Map<string, Measurement>();

/** The last measurement of a claim in this session. */
export const measurement = (id: string): Measurement | undefined => measured.get(id);

/**
 * States a measured number: shows it with its source and whether it lies within the range that `claims.json` allows in this
 * profile, and reports it to the runner. Throws on an id that `claims.json` does not hold and on a value that is no finite number.
 */
export function claim(id: string, value: number): void {
  const { claims } = readClaims();
  const found = Object.hasOwn(claims, id) ? claims[id] : undefined;
  if (!found) throw new Error(`claim('${id}', …): claims.json has no such claim${orNearest(id, Object.keys(claims))}`);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Error(`claim('${id}', ${String(value)}): a claim is a finite number, and this is ${describe(value)}.`);
  }
  const [low, high] = found[profile];
  const ok = value >= low && value <= high;
  const report: Measurement = { id, value, ok, profile };
  measured.set(id, report);

  const shown = formatValue(value, found.format, found.unit);
  const notes = [
    ...(ok ? [] : [`allowed: ${formatRange(found, profile)}`]),
    ...(found.source ? [`source ${found.source.ref}: ${found.source.value}`] : []),
  ].join('; ');
  const mark = ok ? '✓' : '✗';
  const tail = notes ? ` (${notes})` : '';
  const color = ok ? '#009E73' : '#D55E00';
  display({
    'application/vnd.lstm-lab.claim+json': report,
    'text/plain': `${id} = ${shown} ${mark}${tail}`,
    'text/html':
      `<span title="${escapeHTML(found.text)}"><code>${escapeHTML(id)}</code> = <b>${escapeHTML(shown)}</b> ` +
      `<b style="color:${color}">${mark}</b>${escapeHTML(tail)}</span>`,
  });
}

/** A number as its claim wants it written: `10,400`, `85.2 %`, `0.0109`, `12.3 s`. Throws on an unknown format. */
export function formatValue(value: number, format: string, unit = ''): string {
  const [, kind, digits] = /^(integer|percent|fixed|sig|seconds)(?::(\d+))?$/.exec(format) ?? [];
  const withUnit = (text: string) => (unit ? `${text} ${unit}` : text);
  const grouped = (x: number, decimals: number) =>
    x.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  switch (kind) {
    case 'integer':
      return withUnit(grouped(value, 0));
    case 'percent':
      return `${grouped(100 * value, Number(digits ?? 1))} %`;
    case 'fixed':
      return withUnit(grouped(value, Number(digits ?? 2)));
    case 'sig':
      return withUnit(
        value.toLocaleString('en-US', {
          minimumSignificantDigits: Number(digits ?? 3),
          maximumSignificantDigits: Number(digits ?? 3),
        }),
      );
    case 'seconds':
      return `${grouped(value, Number(digits ?? 1))} s`;
    default:
      throw new Error(`"${format}" is no format of a claim; use integer, percent, fixed:N, sig:N or seconds.`);
  }
}

/** The range that a claim allows, as a sentence fragment. */
function formatRange(of: Claim, which: Profile): string {
  const [low, high] = of[which];
  const bound = (x: number) => (Number.isFinite(x) ? formatValue(x, of.format, of.unit) : String(x));
  return low === high ? bound(low) : `${bound(low)} to ${bound(high)}`;
}

let loaded: { file: string; changed: number; content: ClaimsFile } | undefined;

/** Reads `claims.json`, or `notebooks/claims.json`, from the working directory upwards; throws when there is none. */
export function readClaims(): ClaimsFile {
  const file = findClaims(process.cwd());
  const changed = fs.statSync(file).mtimeMs;
  if (loaded?.file !== file || loaded.changed !== changed) {
    try {
      loaded = { file, changed, content: JSON.parse(fs.readFileSync(file, 'utf8')) as ClaimsFile };
    } catch (error) {
      throw new Error(`${file} is not valid JSON: ${(error as Error).message}`);
    }
  }
  return loaded.content;
}

function findClaims(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    for (const candidate of ['claims.json', path.join('notebooks', 'claims.json')]) {
      const file = path.join(folder, candidate);
      if (fs.existsSync(file)) return file;
    }
    if (folder === path.dirname(folder)) {
      throw new Error(
        `No claims.json in ${from} or a folder above it; run lessons from the course's notebooks folder.`,
      );
    }
  }
}

const describe = (value: unknown): string => (typeof value === 'number' ? String(value) : `a ${typeof value}`);
