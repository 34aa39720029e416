/**
 * A reader's way: `npm start`, a browser, a lesson, all its cells. Needs a Chromium; set LSTM_LAB_CHROMIUM when it is not in the PATH.
 * LSTM_LAB_LESSON chooses the lesson, LSTM_LAB_SCREENSHOTS a folder for pictures of it.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserProgram } from '../../lib/course/browser-program';

const browserFile = browserProgram();

const root = path.resolve(__dirname, '../..');
const lesson = process.env.LSTM_LAB_LESSON ?? '02-parameter-counts';
const profile = mkdtempSync(path.join(tmpdir(), 'lstm-browser-'));
let server: ChildProcess | undefined;
let browser: Browser | undefined;

after(async () => {
  await browser?.close();
  if (server?.exitCode === null) {
    server.kill('SIGINT');
    await new Promise((resolve) => server!.once('exit', resolve));
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts the course as a reader does and waits for the address that it prints. */
function start(): Promise<string> {
  const env = { ...process.env, LSTM_LAB_PROFILE: 'quick' };
  server = spawn(process.execPath, ['scripts/setup/start.mjs', '--no-browser'], { cwd: root, env });
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /http:\/\/(?:127\.0\.0\.1|localhost):\d+\/\S*token=\w+/.exec(output)?.[0];
      if (address) resolve(address);
    };
    server!.stdout!.on('data', take);
    server!.stderr!.on('data', take);
    server!.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
}

async function openLesson(address: string): Promise<Page> {
  browser = await chromium.launch({
    executablePath: browserFile,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', `--crash-dumps-dir=${profile}`],
  });
  const page = await browser.newPage({ viewport: { width: 1366, height: 900 } });
  await page.goto(address.replace('00-start-here', lesson).replace('?', '?reset&'));
  await page.locator('.jp-Notebook .jp-Cell').first().waitFor({ timeout: 240_000 });
  return page;
}

/** Runs all cells through the menu and waits until the server says that the kernel has had nothing to do for some seconds. */
async function runAll(page: Page, address: string): Promise<void> {
  await page.locator('.lm-MenuBar-itemLabel', { hasText: /^Run$/ }).click();
  await page.locator('.lm-Menu-itemLabel', { hasText: /^Run All Cells$/ }).click();
  const { origin, searchParams } = new URL(address);
  const sessions = `${origin}/api/sessions?token=${searchParams.get('token')}`;
  const deadline = Date.now() + 900_000;
  for (let idle = 0; idle < 4; ) {
    if (Date.now() > deadline) throw new Error('The kernel was still busy after 15 minutes.');
    await page.waitForTimeout(2000);
    const states = ((await (await fetch(sessions)).json()) as { kernel: { execution_state: string } }[]).map(
      ({ kernel }) => kernel.execution_state,
    );
    idle = states.length > 0 && states.every((state) => state === 'idle') ? idle + 1 : 0;
  }
}

test(
  'a reader runs a lesson in JupyterLab and sees its figures',
  { skip: !browserFile && 'there is no Chromium' },
  async () => {
    const address = await start();
    const page = await openLesson(address);
    await page.waitForTimeout(5000);
    await runAll(page, address);
    const folder = process.env.LSTM_LAB_SCREENSHOTS;
    const notebook = page.locator('.jp-WindowedPanel-outer').first();
    const errors = new Set<string>();
    let interactive = 0;
    const height = await notebook.evaluate((panel) => panel.scrollHeight);
    for (let top = 0, n = 0; top < height; top += 700, n++) {
      await notebook.evaluate((panel, y) => panel.scrollTo(0, y), top);
      await page.waitForTimeout(800);
      for (const text of await page
        .locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]')
        .allInnerTexts())
        errors.add(text);
      // A figure is a picture until the mouse enters it.
      const picture = await page.locator('.jp-RenderedPlotly img').first().boundingBox();
      if (interactive === 0 && picture && picture.y > 100 && picture.y < 700) {
        await page.mouse.move(picture.x + picture.width / 2, picture.y + 60);
        await page.locator('.js-plotly-plot').first().waitFor({ timeout: 30_000 });
        interactive = await page.locator('.js-plotly-plot').count();
      }
      if (folder) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: path.join(folder, `${lesson}-${String(n).padStart(2, '0')}.png`) });
      }
    }
    assert.deepEqual([...errors], []);
    assert.ok(interactive > 0, 'no interactive figure was drawn');
  },
);
