/** `lstm-lab serve BUNDLE`: the service, until a signal ends it. */
import { serve, type ServeOptions } from '../serve';

/** The signals that end the service, and the one that reads its bundle anew: on Windows SIGHUP says that its window is closed. */
export const signalsOf = (platform: string): { end: NodeJS.Signals[]; reload?: NodeJS.Signals } =>
  platform === 'win32' ? { end: ['SIGINT', 'SIGBREAK', 'SIGHUP'] } : { end: ['SIGTERM', 'SIGINT'], reload: 'SIGHUP' };

/** Serves a bundle until a signal ends it, then answers who still waits; another reads the bundle anew. @returns what is said at the end */
export async function serveBundle(
  file: string,
  flags: Record<string, string>,
  out: (text: string) => void,
): Promise<string> {
  const service = await serve(file, { log: 'info', ...optionsOf(flags) });
  out(`${file} answers at ${service.url}\n`);
  const reload = () =>
    void service.reload().then(
      () => out(`${file} was read anew\n`),
      (error: Error) => out(`${error.message}\n`),
    );
  const signals = signalsOf(process.platform);
  if (signals.reload) process.on(signals.reload, reload);
  await new Promise<void>((resolve) => signals.end.forEach((signal) => process.once(signal, () => resolve())));
  await service.close();
  if (signals.reload) process.off(signals.reload, reload);
  return 'All requests are answered.\n';
}

const numeric = ['port', 'workers', 'batch', 'timeout', 'rate', 'characters'];
const levels = ['silent', 'error', 'warn', 'info', 'debug'];

function optionsOf(flags: Record<string, string>): ServeOptions {
  const options: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(flags)) {
    const number = Number(value);
    if (numeric.includes(name) && !(value.trim() !== '' && number >= 0))
      throw new Error(`--${name} is "${value}"; it takes a number.`);
    if (name === 'log' && !levels.includes(value))
      throw new Error(`--log is "${value}"; it takes ${levels.join(', ')}.`);
    options[name] = numeric.includes(name) ? number : value;
  }
  return options as ServeOptions;
}
