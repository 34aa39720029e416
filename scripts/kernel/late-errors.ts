/**
 * Errors that came when no cell was waiting for them.
 *
 * A reader in JupyterLab or VS Code sees such an error under the cell that caused it, and that is enough. A headless
 * client (it answers no questions: `allow_stdin` is false in nbclient, nbmake, nbval and papermill) reads only the
 * messages of the cell that it waits for: for it the next reply carries the error.
 */
import type { ErrorReport } from './report/report';

interface LateError {
  cell: number;
  report: ErrorReport;
}

export class LateErrors {
  private unreported: LateError[] = [];

  add(cell: number, report: ErrorReport): void {
    this.unreported.push({ cell, report });
  }

  /** The errors that the reply of `cell` must carry; all are taken as reported. */
  take(cell: number, headless: boolean): LateError[] {
    const taken = this.unreported.filter((late) => headless || late.cell === cell);
    this.unreported = [];
    return taken;
  }

  get pending(): ErrorReport[] {
    return this.unreported.map((late) => late.report);
  }
}
