/** The interrupt flag that loops of cells look at; the thread beside the cells sets it. */
import { askingCell, endedCells, Interrupted, runningCell } from './context';
import { flags } from './thread';

/** Code of an interrupted cell is still running: it stops at its next loop. */
const abandonedCode = -1;
let abandoned = false;

/** Called by a loop of a cell when the flag is set. */
export function stop(): void {
  const running = runningCell();
  const asked = Atomics.load(flags, 0);
  if (asked === running?.id) running.interrupt();
  if (askingCell()?.interrupted) throw new Interrupted();
  if (asked <= endedCells()) rest(asked);
}

/** Interrupts the running cell if it is still the one that was meant. */
export function interrupt(cell: number): void {
  Atomics.add(flags, 1, 1);
  const running = runningCell();
  if (running?.id === cell) running.interrupt();
  else rest(cell);
}

/** After a cell: `settled` says whether its code has come to an end. */
export function lower(settled = true): void {
  abandoned ||= !settled;
  rest(Atomics.load(flags, 0));
}

/** Puts the flag to rest unless the other thread has set it anew, for another cell than `seen`. */
function rest(seen: number): void {
  Atomics.compareExchange(flags, 0, seen, abandoned ? abandonedCode : 0);
}
