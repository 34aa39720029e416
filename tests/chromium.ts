/** The Chromium of this machine, for tests of pages; `LSTM_LAB_CHROMIUM` names one that is not in the PATH. */
import { spawnSync } from 'node:child_process';

/** Its program; undefined where there is none. */
export const browserFile =
  process.env.LSTM_LAB_CHROMIUM ??
  ['chromium', 'chromium-browser', 'google-chrome']
    .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim())
    .find(Boolean);
