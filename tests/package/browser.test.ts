/** The library in a page. Needs a Chromium; set LSTM_LAB_CHROMIUM when it is not in the PATH. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build as esbuild } from 'esbuild';
import { build as viteBuild, createServer as viteServer } from 'vite';
import { buildBrowser, ROOMS } from '../../scripts/package/browser.mjs';
import { browserProgram } from '../../lib/course/browser-program';

const browserFile = browserProgram();

interface Trained {
  losses: number[];
  mae: number;
  predicted: number[];
}

const root = path.resolve(__dirname, '../..');
const site = mkdtempSync(path.join(tmpdir(), 'lstm-browser-'));
const installed = path.join(site, 'node_modules', 'lstm-lab');
after(() => rmSync(site, { recursive: true, force: true }));

const inSite = (name: string, content: string) => writeFileSync(path.join(site, name), content);
const program = readFileSync(path.join(__dirname, 'sine.mjs'), 'utf8');
const nothing = /^$/;
/** Keeps the kernels that a page makes as `kernels`. */
const watch = `
  const { Instance } = WebAssembly;
  var kernels;
  WebAssembly.Instance = function (...given) {
    const instance = new Instance(...given);
    if ('parts_of_workers' in instance.exports) kernels = instance.exports;
    return instance;
  };`;
const importMap = {
  imports: {
    '@tensorflow/tfjs': '/node_modules/@tensorflow/tfjs/dist/tf.fesm.min.js',
    'lstm-lab': '/node_modules/lstm-lab/browser/dist/lstm-lab.js',
    'lstm-lab/': '/node_modules/lstm-lab/browser/dist/',
  },
};

let built: { bytes: number; inputs: string[] };
before(async () => {
  built = await buildBrowser(root, path.join(installed, 'browser', 'dist'));
  copyFileSync(path.join(root, 'lib/package.json'), path.join(installed, 'package.json'));
  symlinkSync(path.join(root, 'node_modules/@tensorflow'), path.join(site, 'node_modules/@tensorflow'), 'junction');
  inSite('sine.mjs', program);
});

test('is made of no module of Node and of no tfjs but its wasm backend, and is small when compressed', () => {
  const code = readFileSync(path.join(installed, 'browser/dist/lstm-lab.js'), 'utf8');
  assert.deepEqual(
    [...new Set(code.match(/(?<=[;}]|^)(?:import|export)[^;]*from"[^"]+"/g)?.map((one) => one.split('from')[1]))],
    ['"@tensorflow/tfjs"'],
  );
  const bodies = ['lib/files.ts', 'lib/platform.ts', 'lib/backend/start.ts', 'lib/plot/static/plotly.ts'];
  for (const file of bodies) assert.ok(!built.inputs.includes(file), file);
  assert.ok(gzipSync(code).length < 200_000);
  const others = built.inputs.filter((file) => /@tensorflow/.test(file) && !/tfjs-backend-(wasm|cpu)\//.test(file));
  assert.deepEqual(others, []);
});

describe('in Chromium', { skip: browserFile ? false : 'there is no Chromium here' }, () => {
  let browser: Browser;
  let server: Server;
  let address: string;
  let ofNode: Trained;
  let ofNodeWithTwo: Trained;

  before(async () => {
    server = await served(site);
    address = `http://localhost:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: browserFile, args: ['--no-sandbox'] });
    ofNode = trainedInNode(1);
    ofNodeWithTwo = trainedInNode(2);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  /** What a page makes known as `answer`; errors and warnings in it, but those of `expected`, are a failure. */
  async function answerOf<T>(url: string, expected = nothing, also?: (page: Page) => Promise<void>): Promise<T> {
    const page = await browser.newPage();
    const wrong: string[] = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
    const failed = new Promise<never>((_, reject) => page.on('pageerror', reject));
    failed.catch(() => undefined); // it may come when nobody waits any more
    await page.goto(url, { timeout: 120_000 }); // Vite's server may be at work on what it serves
    const known = page.waitForFunction(() => (globalThis as { answer?: unknown }).answer, undefined, {
      timeout: 120_000,
    });
    const value = (await (await Promise.race([known, failed])).jsonValue()) as T;
    assert.deepEqual(
      wrong.filter((text) => !expected.test(text)),
      [],
    );
    await also?.(page);
    await page.close();
    return value;
  }

  /** Workers have computed parts of what the page has, which `watch` has seen. */
  async function ofWorkers(page: Page): Promise<void> {
    const helped = await page.waitForFunction(() => (globalThis as { helped?: number }).helped);
    assert.ok(((await helped.jsonValue()) ?? 0) > 0);
  }

  const plainPage = (name: string, script: string) => {
    const map = `<script type="importmap">${JSON.stringify(importMap)}</script>`;
    inSite(name, `<!doctype html><link rel="icon" href="data:,">${map}<script type="module">${script}</script>`);
    return `${address}/${name}`;
  };

  test('a plain page trains the LSTM of lesson 03 to the numbers of Node', async () => {
    const page = plainPage(
      'plain.html',
      `
      import * as lab from 'lstm-lab';
      import { trainSine } from './sine.mjs';
      const info = await lab.start();
      globalThis.answer = { ...(await trainSine(lab)), info };`,
    );
    const { info, ...trained } = await answerOf<Trained & { info: { name: string } }>(page);
    assert.equal(info.name, 'wasm');
    assert.deepEqual(trained, ofNode);
  });

  test('a page that is cross-origin isolated trains it with two threads, to the numbers of Node with two', async () => {
    const page = plainPage(
      'isolated.html',
      `
      ${watch}
      const lab = await import('lstm-lab');
      const { trainSine } = await import('./sine.mjs');
      const { threads } = await lab.start({ threads: 2 });
      globalThis.answer = { ...(await trainSine(lab)), threads };
      globalThis.helped = kernels.parts_of_workers();`,
    );
    const { threads, ...trained } = await answerOf<Trained & { threads: number }>(
      `${page}?isolated`,
      nothing,
      ofWorkers,
    );
    assert.equal(threads, 2);
    assert.deepEqual(trained, ofNodeWithTwo);
    assert.notDeepEqual(trained, ofNode); // sums are cut in two
  });

  test('other pages have one thread, however many they ask for, and so have those that allow no address like it', async () => {
    const script = `
      import { start, tf } from 'lstm-lab';
      const { threads } = await start({ threads: 2 });
      globalThis.answer = [threads, tf.matMul(tf.ones([256, 256]), tf.ones([256, 256])).dataSync()[5]];`;
    const page = plainPage('asking.html', script);
    assert.deepEqual(await answerOf(page), [1, 256]);
    const rules = "connect-src 'self'";
    assert.deepEqual(await answerOf(`${page}?isolated&rules=${encodeURIComponent(rules)}`, /blob:/), [1, 256]);
    const workers = "worker-src 'self'";
    assert.deepEqual(await answerOf(`${page}?isolated&rules=${encodeURIComponent(workers)}`, /blob:/), [2, 256]);
  });

  const vitePage = () => {
    inSite(
      'vite.html',
      `<!doctype html><link rel="icon" href="data:,"><script>${watch}</script><script type="module" src="./main.mjs"></script>`,
    );
    inSite(
      'main.mjs',
      `
      import { start, tf, series } from 'lstm-lab';
      import * as layers from 'lstm-lab/layers';
      import * as train from 'lstm-lab/train';
      import { trainSine } from './sine.mjs';
      start({ threads: 2 }).then(() => trainSine({ tf, series, layers, train })).then((answer) => {
        globalThis.answer = answer;
        globalThis.helped = kernels.parts_of_workers();
      });`,
    );
  };

  test('a page that Vite has built and made small does so too, isolated or not', async () => {
    vitePage();
    await viteBuild({
      root: site,
      configFile: false,
      logLevel: 'error',
      base: '/built/',
      build: { outDir: 'built', rollupOptions: { input: path.join(site, 'vite.html') } },
    });
    assert.deepEqual(await answerOf<Trained>(`${address}/built/vite.html`), ofNode);
    assert.deepEqual(await answerOf<Trained>(`${address}/built/vite.html?isolated`, nothing, ofWorkers), ofNodeWithTwo);
  });

  test("a page of Vite's development server does so too, as the README sets it up", async () => {
    vitePage();
    const readme = readFileSync(path.join(root, 'lib/README.md'), 'utf8');
    const [, settings] = /```ts\n\/\/ vite\.config\.ts\n([\s\S]*?)```/.exec(readme)!;
    inSite('vite.config.mjs', settings);
    const configFile = path.join(site, 'vite.config.mjs');
    const server = await viteServer({ root: site, configFile, logLevel: 'error', server: { port: 0 } });
    try {
      await server.listen();
      assert.deepEqual(await answerOf<Trained>(`${server.resolvedUrls!.local[0]}vite.html`, /\[vite\]/), ofNode);
    } finally {
      await server.close();
    }
  });

  test('a page that esbuild has bundled does so too, with the files beside it', async () => {
    vitePage();
    const outdir = path.join(site, 'bundled');
    await esbuild({
      ...{ absWorkingDir: site, entryPoints: ['main.mjs'], outdir, bundle: true, format: 'esm', logLevel: 'error' },
    });
    const files = path.join(installed, 'browser/dist');
    for (const name of readdirSync(files).filter((file) => file.endsWith('.wasm')))
      copyFileSync(path.join(files, name), path.join(outdir, name));
    inSite(
      'bundled/page.html',
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="main.js"></script>',
    );
    assert.deepEqual(await answerOf<Trained>(`${address}/bundled/page.html`), ofNode);
  });

  test('its rooms hold what the whole holds', async () => {
    const imports = ROOMS.map((room: string) => `import * as ${room} from 'lstm-lab/${room}.js';`).join('\n');
    const page = plainPage(
      'rooms.html',
      `
      import * as lab from 'lstm-lab';
      ${imports}
      const rooms = { ${ROOMS.join(', ')} };
      globalThis.answer = Object.entries(rooms).map(([name, room]) => [
        name, Object.keys(lab[name]).length > 0 && Object.keys(lab[name]).every((key) => lab[name][key] === room[key])]);`,
    );
    assert.deepEqual(
      await answerOf(page),
      ROOMS.map((room: string) => [room, true]),
    );
  });

  test('says what it cannot do, and where its WebAssembly is missing', async () => {
    const page = plainPage(
      'refused.html',
      `
      import { start, train, text, plot } from 'lstm-lab';
      const words = async (act) => { try { return String(await act()); } catch (error) { return error.message; } };
      const figure = plot.line({ title: 'a', x: { title: 'x' }, y: { title: 'y' }, series: [{ name: 'a', y: [1, 2] }] });
      const write = console.warn;
      console.warn = () => undefined; // TensorFlow.js says it as well
      const missing = await words(() => start({ wasm: new URL('/node_modules/lstm-lab/', location.href) }));
      console.warn = write;
      globalThis.answer = [
        missing,
        await words(() => start({ wasm: undefined, path: '/' })),
        await words(() => text.WordVectors.load('vectors.txt')),
        await words(() => figure.toSVG()),
        figure.toJSON().data.length];`,
    );
    const [missing, unknown, file, picture, traces] = await answerOf<string[]>(page, /404 \(Not Found\)/);
    assert.match(
      missing,
      /node_modules\/lstm-lab\/kernels-(fma|simd)\.wasm is not there \(404\): say where .* start\(\{ wasm:/,
    );
    assert.match(unknown, /path/);
    assert.match(file, /"vectors\.txt" cannot be read or written: a page has no files/);
    assert.match(picture, /needs plotly\.js in the page/);
    assert.equal(traces, 1);
  });
});

/** The same training in a process of Node, on WebAssembly with so many threads. */
function trainedInNode(threads: number): Trained {
  const library = pathToFileURL(path.join(root, 'lib/index.ts')).href;
  const sine = pathToFileURL(path.join(__dirname, 'sine.mjs')).href;
  const script = `
    import lab from '${library}';
    import { trainSine } from '${sine}';
    const trained = await trainSine(lab);
    console.log('\\n' + JSON.stringify(trained));`;
  const printed = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, LSTM_LAB_BACKEND: 'wasm', LSTM_LAB_THREADS: String(threads) },
    encoding: 'utf8',
  });
  return JSON.parse(printed.trim().split('\n').at(-1)!) as Trained;
}

const isolation = [
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Embedder-Policy', 'require-corp'],
];

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A folder over HTTP; `?isolated` makes a page cross-origin isolated, `?rules=` are those for its content. */
function served(folder: string): Promise<Server> {
  const started = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const file = path.join(folder, pathname);
    try {
      const content = readFileSync(file);
      if (searchParams.has('isolated')) for (const [name, value] of isolation) response.setHeader(name, value);
      const rules = searchParams.get('rules');
      if (rules) response.setHeader('content-security-policy', rules);
      response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => started.listen(0, 'localhost', () => resolve(started)));
}
