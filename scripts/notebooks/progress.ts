/** Live progress: one line for each running notebook, redrawn in place on a terminal; elsewhere one line when a notebook ends. */
import type { NotebookResult } from './result';
import { megabytes, plural, seconds } from './text';

interface Line {
  name: string;
  cell: number;
  cells: number;
  began: number;
  cellBegan: number;
}

export class Progress {
  private readonly lines = new Map<string, Line>();
  private drawn = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly nameWidth: number,
    private readonly out: NodeJS.WriteStream = process.stdout,
  ) {
    if (out.isTTY) this.timer = setInterval(() => this.draw(), 250);
  }

  begin(name: string): void {
    this.lines.set(name, { name, cell: 0, cells: 0, began: performance.now(), cellBegan: performance.now() });
  }

  cell(name: string, cell: number, cells: number): void {
    const line = this.lines.get(name);
    if (line) Object.assign(line, { cell, cells, cellBegan: performance.now() });
  }

  end(name: string, result: NotebookResult): void {
    this.lines.delete(name);
    this.erase();
    this.out.write(`${this.summary(result)}\n`);
    this.draw();
  }

  close(): void {
    clearInterval(this.timer);
    this.erase();
  }

  private summary(result: NotebookResult): string {
    const ran = result.cells.filter(({ status }) => status !== 'not run').length;
    const figures = [
      ran === result.cells.length ? plural(ran, 'cell') : `${ran} of ${plural(result.cells.length, 'cell')}`,
      seconds(result.seconds),
      megabytes(result.megabytes),
      result.claims.length > 0 ? plural(result.claims.length, 'claim') : '',
      !result.tensors ? '' : `${plural(result.tensors, 'tensor')} alive at the end`,
    ];
    const mark = result.passed ? '✓' : '✗';
    return `${mark} ${result.name.padEnd(this.nameWidth)}  ${figures.filter(Boolean).join(' · ')}`;
  }

  private draw(): void {
    if (!this.out.isTTY) return;
    this.erase();
    const now = performance.now();
    for (const { name, cell, cells, began, cellBegan } of this.lines.values()) {
      const where = cell === 0 ? 'starting' : `cell ${cell} of ${cells}, ${seconds((now - cellBegan) / 1000)}`;
      const text = `… ${name.padEnd(this.nameWidth)}  ${where} · ${seconds((now - began) / 1000)} in all`;
      this.out.write(`${text.slice(0, (this.out.columns || 80) - 1)}\n`);
      this.drawn++;
    }
  }

  private erase(): void {
    if (this.drawn > 0) this.out.write(`\u001b[${this.drawn}A\u001b[J`);
    this.drawn = 0;
  }
}
