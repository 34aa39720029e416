/** Reads the flags of `npm start` and `npm run setup`; an unknown one is a sentence, not a guess. */
import { parseArgs } from 'node:util';
import { keptByNpm } from '../npm-flags.mjs';

export const SETUP_FLAGS = {
  gpu: { type: 'boolean', help: 'take TensorFlow with CUDA (Linux, NVIDIA); kept until --cpu' },
  cpu: { type: 'boolean', help: 'take TensorFlow without CUDA again' },
  help: { type: 'boolean', help: 'show this' },
};

const usage = (command, flags) =>
  Object.entries(flags).reduce((text, [name, { type, help }]) => {
    const flag = `--${name}${type === 'string' ? ' VALUE' : ''}`;
    return `${text}  ${flag.padEnd(16)} ${help}\n`;
  }, `${command} [-- flags]\n`);

/**
 * @param {string} command shown in the usage, such as `npm start`
 * @param {Record<string, { type: 'boolean' | 'string', help: string }>} flags
 * @returns {{ values: Record<string, boolean | string>, gpu: boolean | undefined }}
 */
export function readFlags(command, flags, args = process.argv.slice(2)) {
  const kept = keptByNpm(command, Object.keys(flags));
  if (kept) {
    process.stderr.write(`${kept}\n`);
    process.exit(2);
  }
  let values;
  try {
    ({ values } = parseArgs({ args, options: flags }));
  } catch (error) {
    process.stderr.write(`${error.message.split('. ')[0]}.\n\n${usage(command, flags)}`);
    process.exit(2);
  }
  if (values.help) {
    process.stdout.write(usage(command, flags));
    process.exit(0);
  }
  if (values.gpu && values.cpu) {
    process.stderr.write('--gpu and --cpu exclude each other.\n');
    process.exit(2);
  }
  return { values, gpu: values.gpu ? true : values.cpu ? false : undefined };
}
