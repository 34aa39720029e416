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
      `The kernel's process has ended (${signal ? `signal ${signal}` : exitCode(code)}); its variables are lost.`,
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

/** What Windows ends a process with that has failed in native code. */
const windowsFailures: Record<number, string> = {
  0xc0000005: 'native code read or wrote memory that is not its own',
  0xc000001d: 'native code holds an instruction that this processor lacks',
  0xc0000017: 'the system was out of memory',
  0xc00000fd: 'the stack was full',
  0xc0000409: 'native code has given up',
};

function exitCode(code: number | null): string {
  const meaning = windowsFailures[code ?? 0];
  return meaning ? `exit code 0x${code!.toString(16)}: ${meaning}` : `exit code ${code}`;
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
