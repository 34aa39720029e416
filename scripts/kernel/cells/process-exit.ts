/** A cell may not end the process that holds the reader's variables. */

/** Thrown by `process.exit` and `process.abort` in a cell. */
export class ProcessExit extends Error {
  override readonly name = 'ProcessExit';
}

export function forbidExit(): void {
  process.exit = (code) => {
    throw new ProcessExit(
      `process.exit(${code ?? ''}) was called. It would end the kernel and lose all variables, so it was not done. ` +
        'To end a cell early, throw an error; to end the kernel, use the menu Kernel, Shut Down.',
    );
  };
  process.abort = () => {
    throw new ProcessExit(
      'process.abort() was called. It would end the kernel and lose all variables, so it was not done.',
    );
  };
}
