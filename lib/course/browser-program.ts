/** The browser in which lessons and tests open pages by themselves. */
import fs from 'node:fs';
import nodePath from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
/** Where Windows has Chrome, and Edge, which is a Chromium as well and always there; below the folder of a variable. */
const variables = ['LOCALAPPDATA', 'ProgramFiles', 'ProgramFiles(x86)'];
const onWindows = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
];
const onMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

interface System {
  platform?: string;
  path?: nodePath.PlatformPath;
  exists?: (file: string) => boolean;
}

/**
 * The program of a Chromium or Chrome: the one that `LSTM_LAB_CHROMIUM` names, else one in the PATH or where Windows and macOS keep it;
 * undefined where there is none.
 */
export function browserProgram(
  env: NodeJS.ProcessEnv = process.env,
  { platform = process.platform, path = nodePath, exists = fs.existsSync }: System = {},
): string | undefined {
  if (env.LSTM_LAB_CHROMIUM) return env.LSTM_LAB_CHROMIUM;
  const below = (folders: (string | undefined)[], file: string[]) =>
    folders.filter(Boolean).map((folder) => path.join(folder!, ...file));
  const kept = variables.map((name) => env[name]);
  const files =
    platform === 'win32'
      ? onWindows.flatMap((file) => below(kept, file))
      : names.flatMap((name) => below((env.PATH ?? '').split(path.delimiter), [name]));
  return [...files, ...(platform === 'darwin' ? [onMac] : [])].find((file) => exists(file));
}
