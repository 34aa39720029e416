/** The command `lstm-lab`. */
import { orNearest } from '../options';
import { version } from '../version';

interface Command {
  /** What stands after the command's name. */
  operands: string[];
  does: string;
  run(...operands: string[]): Promise<string>;
}

const commands: Record<string, Command> = {
  convert: {
    operands: ['FROM', 'TO'],
    does: 'writes a file in the format that the other name says: .keras, .h5, .onnx, model.json; .safetensors, .pt',
    run: async (from, to) => (await import('./convert')).convert(from, to),
  },
  inspect: {
    operands: ['FILE'],
    does: 'shows layers, shapes and parameters, or tensors, and the formats that they can go to',
    run: async (file) => (await import('./inspect')).inspect(file),
  },
  doctor: {
    operands: [],
    does: 'shows what computes here, how each operation is computed, and which optional packages are installed',
    run: async () => (await import('./doctor')).doctor(),
  },
};

const usage = Object.entries(commands)
  .map(([name, { operands, does }]) => `${['lstm-lab', name, ...operands].join(' ')}\n    ${does}\n`)
  .join('');

/** Where a command writes. */
export interface Streams {
  out(text: string): void;
  error(text: string): void;
}

const terminal: Streams = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};

/** Runs a command line. @returns the exit code: 0, 1 where the command failed, 2 where there is no such command */
export async function main(line: string[], { out, error }: Streams = terminal): Promise<number> {
  const [name, ...operands] = line;
  if (name === undefined || name === 'help' || line.includes('--help')) {
    out(usage);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    out(`${version()}\n`);
    return 0;
  }
  if (!Object.hasOwn(commands, name)) {
    error(`lstm-lab has no command "${name}"${orNearest(name, Object.keys(commands))}\n${usage}`);
    return 2;
  }
  const command = commands[name];
  if (operands.length !== command.operands.length) {
    error(
      `lstm-lab ${name} takes ${command.operands.join(' and ') || 'nothing'}; it was given ${operands.length} names.\n`,
    );
    return 2;
  }
  try {
    out(await command.run(...operands));
    return 0;
  } catch (failure) {
    error(`${(failure as Error).message}\n`);
    return 1;
  }
}
