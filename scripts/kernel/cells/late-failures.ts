/** Errors that no cell is waiting for: thrown in timers, and rejections without a handler. */
import { askingCell, Interrupted, owningCell } from './context';
import { send } from './front';
import { cellOf, toFailure } from './failure';

/** Reports them under the cell that caused them, and keeps the process alive. */
export function reportLateFailures(): void {
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
}

function report(thrown: unknown): void {
  const asking = askingCell();
  if (thrown instanceof Interrupted && asking?.interrupted) return;
  const failure = toFailure(thrown);
  send({ type: 'late', cell: owningCell()?.id ?? cellOf(failure) ?? asking?.id ?? 0, failure });
}
