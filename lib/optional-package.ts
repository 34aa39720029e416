/** Packages that one part of the library needs and its other users do without: 150 MB that a bare install leaves out. */

/**
 * Loads a package when the part that needs it is used for the first time.
 * @param part What needs it, as the beginning of a sentence.
 * @param packages All that this part needs, for one command that installs them.
 * @throws Error with that command when the package is not installed.
 */
export function optionalPackage<T>(name: string, part: string, packages: readonly string[] = [name]): T {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- who does not use this part does not load it
    return require(name) as T;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error;
    throw new Error(
      `${part} needs ${packages.join(', ')}, which lstm-lab does not bring along: run \`npm install ${packages.join(' ')}\`.`,
    );
  }
}
