/** The command `lstm-lab`. */
import { orNearest } from '../options';
import { version } from '../version';

interface Command {
  /** What stands after the command's name. */
  operands: string[];
  does: string;
  /** What a flag `--name VALUE` does, by name. */
  flags?: Record<string, string>;
  run(operands: string[], flags: Record<string, string>, streams: Streams): Promise<string>;
}

const commands: Record<string, Command> = {
  convert: {
    operands: ['FROM', 'TO'],
    does: 'writes a file in the format that the other name says: .keras, .h5, .onnx, model.json; .safetensors, .pt; FROM may be a bundle',
    run: async ([from, to]) => (await import('./convert')).convert(from, to),
  },
  inspect: {
    operands: ['FILE'],
    does: 'shows layers, shapes and parameters, or tensors, and the formats that they can go to; of a bundle (.lstm) its task as well, of the folder of a SavedModel its signatures',
    run: async ([file]) => (await import('./inspect')).inspect(file),
  },
  serve: {
    operands: ['BUNDLE'],
    does: 'answers over HTTP with what toBundle wrote, until it is told to stop (Ctrl-C, SIGTERM); SIGHUP reads the bundle anew',
    flags: {
      port: 'where it listens; default 8000, 0: any that is free',
      host: 'default 127.0.0.1, this machine only; another takes a token',
      token: 'what a request must bear; better in LSTM_LAB_TOKEN, where other users do not see it',
      workers: 'processes that compute; default 1',
      batch: 'the most requests that go through the model together; default 32',
      timeout: 'seconds that a request may wait, and compute; default 10',
      rate: 'requests of one address in a minute; default 600, 0: any number',
      characters: 'the longest text; default 20000',
      log: 'silent, error, warn, info or debug; default info',
    },
    run: async ([file], flags, { out }) => (await import('./serve')).serveBundle(file, flags, out),
  },
  'build-native': {
    operands: [],
    does: "compiles TensorFlow's C++ library with this library's operations into the project of this folder: the fast tier",
    flags: { python: 'a Python environment with TensorFlow; default: one is made in node_modules/.cache, 1 GB' },
    run: async (_, flags) => (await import('./build-native')).buildNative(flags),
  },
  doctor: {
    operands: [],
    does: 'shows what computes here, how each operation is computed, and which optional packages are installed',
    run: async () => (await import('./doctor')).doctor(),
  },
};

const usage = Object.entries(commands)
  .map(([name, { operands, does, flags = {} }]) => {
    const lines = Object.entries(flags).map(([flag, meaning]) => `    --${flag.padEnd(12)}${meaning}\n`);
    return `${['lstm-lab', name, ...operands].join(' ')}\n    ${does}\n${lines.join('')}`;
  })
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

/** Takes `--name VALUE` and `--name=VALUE` out of what follows a command. @throws Error when a flag is unknown or has no value */
function flagsIn(name: string, words: string[]): { operands: string[]; flags: Record<string, string> } {
  const known = Object.keys(commands[name].flags ?? {});
  const operands: string[] = [];
  const flags: Record<string, string> = {};
  for (let i = 0; i < words.length; i++) {
    const [, flag, value] = /^--([^=]+)(?:=(.*))?$/s.exec(words[i]) ?? [];
    if (flag === undefined) operands.push(words[i]);
    else if (!known.includes(flag)) throw new Error(`lstm-lab ${name} has no flag --${flag}${orNearest(flag, known)}`);
    else {
      flags[flag] = value ?? words[++i];
      if (flags[flag] === undefined) throw new Error(`--${flag} takes a value: ${commands[name].flags![flag]}.`);
    }
  }
  return { operands, flags };
}

/** Runs a command line. @returns the exit code: 0, 1 where the command failed, 2 where there is no such command */
export async function main(line: string[], streams: Streams = terminal): Promise<number> {
  const { out, error } = streams;
  const [name, ...words] = line;
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
  let given: ReturnType<typeof flagsIn>;
  try {
    given = flagsIn(name, words);
  } catch (wrong) {
    error(`${(wrong as Error).message}\n`);
    return 2;
  }
  const { operands, flags } = given;
  if (operands.length !== command.operands.length) {
    error(
      `lstm-lab ${name} takes ${command.operands.join(' and ') || 'nothing'}; it was given ${operands.length} names.\n`,
    );
    return 2;
  }
  try {
    out(await command.run(operands, flags, streams));
    return 0;
  } catch (failure) {
    error(`${(failure as Error).message}\n`);
    return 1;
  }
}
