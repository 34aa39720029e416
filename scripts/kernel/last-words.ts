/** Why the process that runs the cells has ended, in a sentence that claims no more than was seen. */
import fs from 'node:fs';

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** V8 has said that its heap is full. */
  heapIsFull: boolean;
  /** Processes that the system has killed for want of memory while the cell ran; unknown where it does not count them. */
  memoryKills: number | undefined;
}

/** The error's name and its sentence. */
export function lastWords({ code, signal, heapIsFull, memoryKills }: Ending): [string, string] {
  if (heapIsFull)
    return [
      'OutOfMemory',
      "The notebook has used up JavaScript's memory, and the kernel has ended; its variables are lost. " +
        'Keep large data in tensors or typed arrays, which do not count towards this limit, or raise it with NODE_OPTIONS=--max-old-space-size=<MiB>.',
    ];
  if (signal !== 'SIGKILL')
    return [
      'KernelDied',
      `The kernel's process has ended (${signal ? `signal ${signal}` : `exit code ${code}`}); its variables are lost.`,
    ];
  if (memoryKills)
    return [
      'OutOfMemory',
      'The system was out of memory and has killed the kernel (signal SIGKILL); its variables are lost. Use smaller batches or less data.',
    ];
  const memory =
    memoryKills === undefined
      ? 'Whether memory had run out is not known here.'
      : 'The system has counted no kill for want of memory.';
  return [
    'KernelDied',
    `The kernel's process was killed from outside (signal SIGKILL); its variables are lost. ${memory}`,
  ];
}

/** How many processes Linux has killed for want of memory since it started; nothing where it does not say. */
export function memoryKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(fs.readFileSync('/proc/vmstat', 'utf8'));
    return count ? Number(count[1]) : undefined;
  } catch {
    return undefined;
  }
}
