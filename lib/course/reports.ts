/** What a notebook's outputs report: measured claims, and verdicts on exercises. */
import type { Measurement } from './judgement';

export const claimType = 'application/vnd.lstm-lab.claim+json';
export const exerciseType = 'application/vnd.lstm-lab.exercise+json';

/** As much of a notebook as reports stand in. */
export interface Reporting {
  cells: { metadata: { tags?: string[] }; outputs?: { data?: Record<string, unknown> }[] }[];
}

/** What a notebook reports of claims. */
export interface Reports {
  /** The last value of each claim, in the order of the first report. */
  measurements: Measurement[];
  /** In words, what was reported and is no measurement: JSON writes null for a number that is not finite. */
  malformed: string[];
}

/** What a checker said of an exercise's answer. */
export interface ExerciseReport {
  id: string;
  passed: boolean;
}

/** The last report of each claim. */
export function measurementsIn(notebook: Reporting): Reports {
  const last = new Map(
    (reportsIn(notebook, claimType) as Partial<Measurement>[]).map((report) => [report?.id, report]),
  );
  const reports = [...last.values()];
  return {
    measurements: reports.filter(isMeasurement),
    malformed: reports.filter((r) => !isMeasurement(r)).map(defect),
  };
}

/** Every verdict on an exercise, in order. */
export const exercisesIn = (notebook: Reporting): ExerciseReport[] =>
  (reportsIn(notebook, exerciseType) as Partial<ExerciseReport>[]).map((report) => ({
    id: String(report?.id),
    passed: report?.passed === true,
  }));

function isMeasurement(report: Partial<Measurement>): report is Measurement {
  const isFinite = (value: unknown) => typeof value === 'number';
  return (
    typeof report?.id === 'string' && isFinite(report.value) && (report.error === undefined || isFinite(report.error))
  );
}

function defect(report: Partial<Measurement>): string {
  const { value, error } = report ?? {};
  const [what, given] = typeof value === 'number' ? ['the error ', error] : ['', value];
  return `${report?.id ?? 'a claim without an id'} reports ${what}${JSON.stringify(given)}, which is no finite number`;
}

function reportsIn(notebook: Reporting, type: string): unknown[] {
  return notebook.cells
    .filter((cell) => !cell.metadata.tags?.includes('skip-execution'))
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.data?.[type])
    .filter((report) => report !== undefined);
}
