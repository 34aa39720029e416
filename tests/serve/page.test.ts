/** The page of the service in a browser. Needs a Chromium; set LSTM_LAB_CHROMIUM when it is not in the PATH. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserProgram } from '../../lib/course/browser-program';
import { forecaster, sentiment, started, writer } from './bundles';

const browserFile = browserProgram();

describe('the page', { skip: browserFile ? false : 'there is no Chromium here' }, () => {
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: browserFile, args: ['--no-sandbox'] });
  });
  after(() => browser?.close());

  /** A page with what went wrong in it, and all addresses that it asked. */
  async function opened(url: string): Promise<{ page: Page; wrong: string[]; asked: string[] }> {
    const page = await browser.newPage();
    const [wrong, asked]: string[][] = [[], []];
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(url);
    return { page, wrong, asked };
  }

  async function ask(page: Page, raw: string, button = 'Ask'): Promise<void> {
    await page.getByRole('textbox').first().fill(raw);
    await page.getByRole('button', { name: button }).click();
  }

  for (const [name, attention, note] of [
    ['attention', true, /the more attention/],
    ['occlusion', false, /Blue words speak for/],
  ] as const) {
    test(`shows the verdict on a review and which words count, by ${name}`, async () => {
      const service = await started(await sentiment(`${name}.lstm`, attention));
      const { page, wrong, asked } = await opened(service.url);
      assert.equal(await page.title(), 'Film <reviews> & more');
      await ask(page, 'A moving film, well played! <b>dull</b>');
      await page.getByText(/^(negative|positive), \d+\.\d %$/).waitFor();
      const words = page.locator('#words span');
      assert.deepEqual((await words.allTextContents()).slice(0, 4), ['a', 'moving', 'film', 'well']);
      const colours = await words.evaluateAll((spans) => spans.map((span) => getComputedStyle(span).backgroundColor));
      assert.ok(
        colours.every((colour) => /^rgba\(\d/.test(colour)),
        String(colours),
      );
      assert.ok(attention || new Set(colours).size > 2, String(colours));
      assert.match((await page.locator('#note').textContent())!, note);
      assert.deepEqual(wrong, []);
      assert.ok(
        asked.every((address) => address.startsWith(service.url) || address.startsWith('data:')),
        String(asked),
      );
      await page.close();
    });
  }

  test('says what is wrong', async () => {
    const service = await started(await sentiment('wrong.lstm'));
    const { page } = await opened(service.url);
    await ask(page, '...');
    await page.getByRole('alert').getByText('no word that this model knows').waitFor();
    await page.close();
  });

  test('asks for the token', async () => {
    const token = 'the token of the page';
    const service = await started(await sentiment('token.lstm'), { token });
    const { page } = await opened(service.url);
    await page.getByLabel('Token of the service').fill('another one, that is wrong');
    await ask(page, 'dull');
    await page.getByRole('alert').getByText('needs its token').waitFor();
    await page.getByLabel('Token of the service').fill(token);
    await ask(page, 'dull');
    await page.getByText(/^(negative|positive), /).waitFor();
    await page.close();
  });

  test('shows a forecast', async () => {
    const service = await started(await forecaster());
    const { page, wrong } = await opened(service.url);
    await ask(page, '[0.1, 0.2, 0.3]');
    await page.locator('#verdict').getByText(/^-?\d/).waitFor();
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test('writes on as the model does', async () => {
    const service = await started(await writer());
    const { page, wrong } = await opened(service.url);
    await ask(page, 'to be', 'Go on');
    await page.waitForFunction(() => document.getElementById('text')!.textContent!.length === 405);
    assert.match((await page.locator('#text').textContent())!, /^to be/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test('says what can be asked, with a call that works', async () => {
    const service = await started(await sentiment('docs.lstm'));
    const { page, wrong } = await opened(`${service.url}/docs`);
    const predict = page.locator('section', { has: page.getByRole('heading', { name: 'POST /predict' }) });
    assert.match((await predict.locator('table').first().textContent())!, /textstring, not empty, at most/);
    const call = (await predict.locator('pre').textContent())!;
    const sent = /-d '(.*)'/.exec(call)![1].replace('…', 'dull');
    const answer = await fetch(/http\S+/.exec(call)![0], {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sent,
    });
    assert.equal(answer.status, 200);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test('runs nothing that is not its own', async () => {
    const service = await started(await sentiment('policy.lstm'));
    const { page } = await opened(service.url);
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return (window as { ran?: boolean }).ran ?? false;
    });
    assert.equal(ran, false);
    await page.close();
  });
});
