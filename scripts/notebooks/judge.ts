/** Turns what happened to a notebook's cells, and what its outputs report, into failures and warnings. */
import { judge } from '../../lib/course/judgement';
import { exercisesIn, isSolution, lessonOf, measurementsIn, type Claim, type ClaimsFile } from './claims';
import { stripControlSequences } from './text';
import { hasOutputs, staleness, tagsOf, textOf, type Notebook } from './notebook';
import type { Profile } from './options';
import type { CellError } from './executor';
import type { CellResult, Failure, JudgedMeasurement, NotebookResult } from './result';

/** Machines differ in speed far more than in memory: a lesson may take this many times its budget before that is a failure. */
const timeTolerance = 3;

/** The failures of the cells, in order; one that only follows from an earlier failing cell says so. */
export function judgeCells(
  notebook: Notebook,
  cells: CellResult[],
  late: { index: number; error: CellError }[],
): Failure[] {
  const failures: Failure[] = [];
  const failedBefore: CellResult[] = [];
  for (const cell of cells) {
    const mustRaise = tagsOf(notebook.cells[cell.index]).includes('raises-exception');
    if (cell.status === 'ok' && mustRaise) {
      failures.push({
        kind: 'error',
        cell: cell.number,
        message: 'is tagged raises-exception, yet nothing was raised',
      });
    } else if (cell.status === 'error' && !mustRaise) {
      failures.push({ ...failureOf(notebook, cell, cell.error!), follows: cause(notebook, cell, failedBefore) });
      failedBefore.push(cell);
    } else if (cell.status === 'timeout' || cell.status === 'died') {
      const kind = cell.status === 'timeout' ? 'timeout' : 'kernel';
      failures.push({ ...failureOf(notebook, cell, cell.error!), kind });
      failedBefore.push(cell);
    }
  }
  for (const { index, error } of late) {
    const cell = cells.find((c) => c.index === index);
    if (cell && tagsOf(notebook.cells[index]).includes('raises-exception')) continue;
    failures.push({ ...failureOf(notebook, cell, error), kind: 'late error' });
  }
  const notRun = cells.filter((cell) => cell.status === 'not run');
  if (notRun.length > 0) {
    const which =
      notRun.length === 1
        ? `cell ${notRun[0].number} was`
        : `cells ${notRun[0].number} to ${notRun.at(-1)!.number} were`;
    failures.push({ kind: 'kernel', message: `${which} not run`, follows: failedBefore.at(-1)?.number });
  }
  return failures;
}

/** The failures of what the lesson states: its claims, and the answers to its exercises. */
export function judgeStatements(
  file: string,
  notebook: Notebook,
  claims: ClaimsFile,
  profile: Profile,
  cellsFailed: boolean,
) {
  const { measurements, malformed } = measurementsIn(notebook);
  const claimOf = (id: string) => (Object.hasOwn(claims.claims, id) ? claims.claims[id] : undefined);
  const measured = measurements.map((report) => {
    const known = claimOf(report.id);
    return { ...report, ...(known ? judge(known, profile, report) : { ok: false }) };
  });
  const lesson = lessonOf(file);
  const failures: Failure[] = malformed.map((words) => ({ kind: 'claim', message: words }));
  failures.push(...measured.flatMap((report) => claimFailure(report, claimOf(report.id))));
  if (!isSolution(file)) {
    const known = new Set(measured.map(({ id }) => id));
    const missing = Object.keys(claims.claims).filter((id) => claims.claims[id].lesson === lesson && !known.has(id));
    if (missing.length > 0) {
      const because = cellsFailed ? ' (cells failed)' : '';
      failures.push({ kind: 'claim', message: `never measured${because}: ${missing.join(', ')}` });
    }
  }
  const exercises = exercisesIn(notebook);
  for (const { id, passed } of exercises) {
    if (passed && !isSolution(file)) {
      failures.push({ kind: 'exercise', message: `${id} passes with the answer that the lesson starts from` });
    }
    if (!passed && isSolution(file))
      failures.push({ kind: 'exercise', message: `the solution of ${id} does not pass` });
  }
  return { claims: measured, exercises, failures };
}

function claimFailure(report: JudgedMeasurement, claim?: Claim): Failure[] {
  if (report.ok) return [];
  if (!claim) return [{ kind: 'claim', message: `${report.id} is not in claims.json` }];
  const message = `${report.id} = ${report.shown} is out of range: allowed is ${report.allowed} (${claim.text})`;
  return [{ kind: 'claim', message }];
}

/** Time and memory against the lesson's budget. */
export function judgeBudget(
  file: string,
  claims: ClaimsFile,
  profile: Profile,
  cost: { seconds: number; megabytes: number },
) {
  const lesson = lessonOf(file);
  const budget = lesson === undefined || isSolution(file) ? undefined : claims.lessons[lesson]?.budget?.[profile];
  const failures: Failure[] = [];
  const warnings: string[] = [];
  if (!budget) return { failures, warnings };
  if (cost.megabytes > budget.megabytes) {
    failures.push({
      kind: 'budget',
      message: `used ${Math.round(cost.megabytes)} MB; its budget is ${budget.megabytes} MB`,
    });
  }
  if (cost.seconds > budget.seconds) {
    const message = `took ${cost.seconds.toFixed(0)} s; its budget is ${budget.seconds} s`;
    if (cost.seconds > timeTolerance * budget.seconds) failures.push({ kind: 'budget', message });
    else warnings.push(`${message} (machines differ: more than ${timeTolerance} times the budget is a failure)`);
  }
  return { failures, warnings };
}

/** Outputs in the file that its sources no longer explain. */
export function judgeStored(notebook: Notebook): Failure[] {
  if (!hasOutputs(notebook)) return [];
  const stale = staleness(notebook);
  if (!stale) return [];
  const cure = stale.includes('prose') ? '--stamp, if the prose still fits the outputs' : '--write';
  return [{ kind: 'stored outputs', message: `${stale}; run it with ${cure}` }];
}

function failureOf(notebook: Notebook, cell: CellResult | undefined, error: CellError): Failure {
  const line = lineOf(error, cell?.executionCount);
  const source = cell && line ? textOf(notebook.cells[cell.index].source).split('\n')[line - 1]?.trim() : undefined;
  return {
    kind: 'error',
    cell: cell?.number,
    line: source === undefined ? undefined : line,
    source,
    message: messageOf(error),
    traceback: error.traceback.map(stripControlSequences),
  };
}

/** `TypeError: x is not a function`; what the runner itself says needs no name in front. */
function messageOf({ ename, evalue }: CellError): string {
  if (!evalue) return ename;
  const said = stripControlSequences(evalue).replace(/^Cell \[[\d ]+\], line \d+: /, '');
  return ename === 'Timeout' || ename === 'KernelDied' ? said : `${ename}: ${said}`;
}

/** The cell's line in which an error arose; the kernel writes each frame as `Cell [3], line 2`. */
function lineOf(error: CellError, executionCount: number | undefined): number | undefined {
  const traceback = stripControlSequences(error.traceback.join('\n'));
  const frames = [...traceback.matchAll(/Cell \[(\d+| )\], line (\d+)/g)];
  const own = frames.find(([, count]) => count.trim() === '' || Number(count) === executionCount);
  return own ? Number(own[2]) : undefined;
}

/** The earlier failing cell that was to declare a name which this cell misses. */
function cause(notebook: Notebook, cell: CellResult, failedBefore: CellResult[]): number | undefined {
  const text = stripControlSequences([cell.error!.evalue, ...cell.error!.traceback].join('\n'));
  const missing = [
    ...text.matchAll(
      /Cannot find name '(\w+)'|\b(\w+) is not defined|Cannot read properties of undefined|\b(\w+)'? is used before/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3]);
  return failedBefore.find((earlier) => {
    const declared = declarations(textOf(notebook.cells[earlier.index].source));
    return missing.some((name) => (name === undefined ? uses(notebook, cell, declared) : declared.has(name)));
  })?.number;
}

function uses(notebook: Notebook, cell: CellResult, names: Set<string>): boolean {
  const words = new Set(textOf(notebook.cells[cell.index].source).match(/\w+/g));
  return [...names].some((name) => words.has(name));
}

/** The names that a cell declares, found without parsing: enough to tell a consequence from a cause. */
function declarations(source: string): Set<string> {
  const names = new Set<string>();
  for (const match of source.matchAll(/\b(?:const|let|var|function\*?|class|import)\s+([^=;(]+)/g)) {
    for (const name of match[1].match(/[A-Za-z_$][\w$]*/g) ?? []) names.add(name);
  }
  return names;
}

export const passes = (result: Pick<NotebookResult, 'failures'>): boolean => result.failures.length === 0;
