/**
 * Flags that npm has kept for itself: those without `--` in front, and in PowerShell also those behind it, which npm.ps1 takes away
 * (npm/cli #3136, #4903). npm hands them on as variables, and the command would do something else than was asked.
 */

/** Those that npm or node-gyp have a meaning of their own for, which a user may have set for good in .npmrc. */
const ofNpm = ['cpu', 'help', 'jobs', 'json', 'quiet', 'timeout'];

/**
 * What to say to somebody whose flags have not arrived; undefined when none were given to npm.
 * @param {string} command as it is typed, such as `npm start`
 * @param {string[]} flags that the command knows, without the two dashes
 * @param {Record<string, string | undefined>} [env]
 * @returns {string | undefined}
 */
export function keptByNpm(command, flags, env = process.env) {
  if (!env.npm_lifecycle_event) return undefined;
  const variable = (name) => env[`npm_config_${name.replaceAll('-', '_')}`];
  // npm takes `--no-epoch` for an `epoch` that is not wanted.
  const isKept = (flag) => variable(flag) !== undefined || (flag.startsWith('no-') && variable(flag.slice(3)) === '');
  const kept = flags.filter((flag) => !ofNpm.includes(flag) && isKept(flag));
  if (kept.length === 0) return undefined;
  const [first] = kept;
  return (
    `npm has kept ${kept.map((flag) => `--${flag}`).join(' and ')} for itself. Flags stand behind two dashes: \`${command} -- --${first}\`; ` +
    `in PowerShell in quotation marks, \`${command} '--' --${first}\`.`
  );
}
