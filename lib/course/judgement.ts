/** Whether what was measured is what the lesson states: one rule for the cell that shows it and for the runner that holds it to it. */
import { formatMeasurement, formatValue } from './claim-format';
import type { Claim, Range, Statement } from './claims-file';
import type { Profile } from './profile';

/** A claim as it was measured in this session. */
export interface Measurement {
  id: string;
  value: number;
  /** The standard error of `value`, where it is the difference of two groups. */
  error?: number;
  ok: boolean;
  profile: Profile;
}

export interface Judgement {
  ok: boolean;
  /** The value as its claim wants it written, with its standard error; with all digits where that would show it as an end of its range. */
  shown: string;
  /** What was asked of the value, in words; empty when nothing was. */
  allowed: string;
}

/** How many standard errors a difference must exceed to be named: lesson 06 measures how often chance alone does. */
export const YARDSTICK = 2;

/** Judges a value, with its standard error where it is a difference, by what a claim allows in a profile. */
export function judge(
  claim: Claim,
  profile: Profile,
  { value, error }: Pick<Measurement, 'value' | 'error'>,
): Judgement {
  const states = profile === 'full' ? claim.states : undefined;
  const [low, high] = allowedRange(claim[profile], states);
  const inside = value >= low && value <= high;
  const ordered = states?.order === undefined || (error !== undefined && holds(states.order, value, error));

  const format = (x: number) => formatValue(x, claim.format, claim.unit);
  const mistakable = !inside && [low, high].some((end) => Number.isFinite(end) && format(end) === format(value));
  const write = mistakable ? String : format;
  const shown = formatMeasurement({ value, error }, write);
  const asked = [rangeInWords(low, high, write), states?.order && orderInWords[states.order]];
  return { ok: inside && ordered, shown, allowed: asked.filter(Boolean).join(', and ') };
}

/** The range that a claim leaves to its value: where its range and its bounds overlap. */
export function allowedRange([low, high]: Range = [-Infinity, Infinity], states: Statement = {}): Range {
  return [Math.max(low, states.atLeast ?? -Infinity), Math.min(high, states.atMost ?? Infinity)];
}

function holds(order: NonNullable<Statement['order']>, difference: number, error: number): boolean {
  const reach = YARDSTICK * error;
  if (order === 'alike') return Math.abs(difference) <= reach;
  return order === 'above' ? difference > reach : difference < -reach;
}

const orderInWords = {
  alike: `within ${YARDSTICK} standard errors of 0`,
  above: `above 0 by more than ${YARDSTICK} standard errors`,
  below: `below 0 by more than ${YARDSTICK} standard errors`,
};

function rangeInWords(low: number, high: number, write: (x: number) => string): string {
  if (low === -Infinity && high === Infinity) return '';
  if (low === high) return write(low);
  if (low === -Infinity) return `at most ${write(high)}`;
  if (high === Infinity) return `at least ${write(low)}`;
  return `${write(low)} to ${write(high)}`;
}
