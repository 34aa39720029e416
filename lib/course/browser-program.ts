/** The browser in which lessons and tests open pages by themselves. */
import fs from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The program of a Chromium or Chrome: the one that `LSTM_LAB_CHROMIUM` names, else one in the PATH; undefined where there is none. */
export function browserProgram(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.LSTM_LAB_CHROMIUM) return env.LSTM_LAB_CHROMIUM;
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => fs.existsSync(file));
}
