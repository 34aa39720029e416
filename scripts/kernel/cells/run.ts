/** Runs compiled cells, one at a time. */
import type { CompiledCell, Failure, Usage } from '../link';
import { asCell, CellContext, Interrupted } from './context';
import type { MimeBundle } from './display';
import { flush } from './front';
import { answered } from './input/question';
import { lower, stop } from './interruption';
import { toBundle } from './results/result';
import { toFailure } from './failure';
import { Scope } from './scope';
import { knowCell, knowFile, scriptName } from './stack';
import { tensorCount } from './tensorflow';
import { flags } from './thread';

const scope = new Scope(process.cwd(), flags, stop);

/** Runs a cell and hands its value to `show`; then waits up to `drainSeconds` for the timers that it has left behind. */
export async function runCell(
  cell: CompiledCell,
  drainSeconds: number,
  show: (value: MimeBundle) => void,
): Promise<Failure | undefined> {
  const context = new CellContext(cell.id);
  const timersBefore = pendingTimers();
  let settled = true;
  const failure = await asCell(context, async () => {
    const ended = evaluate(cell, show);
    settled = false;
    void ended.then(
      () => (settled = true),
      () => (settled = true),
    );
    try {
      await Promise.race([ended, context.abandoned]);
      if (context.interrupted) throw new Interrupted();
      await drain(drainSeconds, timersBefore, context);
      await Promise.race([answered(cell.id), context.abandoned]);
      return undefined;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (!context.interrupted || failure.name === 'Interrupted') return failure;
      return { ...toFailure(new Interrupted()), frames: failure.frames };
    } finally {
      flush();
    }
  });
  lower(settled);
  return failure;
}

/** Loads a package that the next cell imports, while that cell is still being compiled. */
export function loadAhead(name: string): void {
  try {
    scope.modules.commonJS.require(name);
  } catch {
    // The cell's own import throws the same again, where the reader sees it.
  }
}

/** Waits until no more timers are pending than `count`; at least until rejections without a handler are known. */
export async function drain(seconds: number, count = 0, context?: CellContext): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  await turn();
  while (pendingTimers() > count && performance.now() < deadline && !context?.interrupted) await turn(10);
  await turn();
}

export function usage(): Usage {
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  return { peakMegabytes, tensors: tensorCount(), pendingTimers: pendingTimers() };
}

async function evaluate({ id, label, script }: CompiledCell, show: (value: MimeBundle) => void): Promise<void> {
  knowCell(id, label, script.map);
  for (const { path, map } of script.files) knowFile(path, map);
  await scope.prepare(script);
  let result: [value: unknown] | undefined;
  try {
    result = await scope.run(script, scriptName(id));
  } catch (thrown) {
    throw (thrown as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
      ? new Interrupted()
      : thrown;
  }
  if (!result) return;
  const data = await toBundle(result[0]);
  if (data) show(data);
}

/** Timers that would keep a program alive; the kernel's own do not count. */
function pendingTimers(): number {
  return process.getActiveResourcesInfo().filter((type) => type === 'Timeout' || type === 'Immediate').length;
}

/** The next round of the event loop, or the one after some milliseconds; does not count as a pending timer itself. */
function turn(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
