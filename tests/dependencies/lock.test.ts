/** What package-lock.json may not hold: two copies of TensorFlow.js, addresses, and versions with published vulnerabilities. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

interface Entry {
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}
interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const root = path.resolve(__dirname, '../..');
const read = (file: string) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
const packages = read('package-lock.json').packages as Record<string, Entry>;

const installed = Object.entries(packages)
  .filter(([place]) => place.includes('node_modules/'))
  .map(([place, entry]) => ({
    place,
    name: entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ...entry,
  }));

/** First version without the advisory, for each release line that is still in use. */
const FIXED_IN: Record<string, string[]> = {
  'adm-zip': ['0.5.2'],
  'brace-expansion': ['1.1.12', '2.0.2'],
  braces: ['3.0.3'],
  'cross-spawn': ['6.0.6', '7.0.5'],
  'form-data': ['2.5.4', '3.0.4', '4.0.4'],
  json5: ['1.0.2', '2.2.2'],
  'json-schema': ['0.4.0'],
  mathjs: ['15.2.0'],
  micromatch: ['4.0.8'],
  minimist: ['1.2.6'],
  'node-fetch': ['2.6.7', '3.1.1'],
  protobufjs: ['6.11.4', '7.5.5', '8.0.1'],
  qs: ['6.14.1'],
  semver: ['5.7.2', '6.3.1', '7.5.2'],
  tar: ['7.5.8'],
  'tough-cookie': ['4.1.3', '5.0.0'],
  'word-wrap': ['1.2.4'],
  ws: ['7.5.10', '8.17.1'],
  xlsx: ['0.20.2'],
  '@e965/xlsx': ['0.20.2'],
};

const numbers = (version: string) => version.split(/[-+]/)[0].split('.').map(Number);

function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [numbers(version), numbers(least)];
  const k = a.findIndex((part, index) => part !== b[index]);
  return k < 0 || a[k] > b[k];
}

/** The line with the same major number decides; a major number above all lines is newer than every fix. */
function isFixed(version: string, lines: string[]): boolean {
  const [major] = numbers(version);
  const line = lines.find((fixed) => numbers(fixed)[0] === major);
  return line ? isAtLeast(version, line) : major > Math.max(...lines.map((fixed) => numbers(fixed)[0]));
}

describe('package-lock.json', () => {
  for (const name of [
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs',
    '@tensorflow/tfjs-node-gpu',
    '@tensorflow/tfjs-layers',
  ]) {
    test(`holds ${name} once`, () => {
      assert.deepEqual(
        installed.filter((entry) => entry.name === name).map(({ place }) => place),
        [`node_modules/${name}`],
      );
    });
  }

  test('takes @tensorflow/tfjs-node only as the local stand-in', () => {
    const entries = installed.filter(({ name }) => name === '@tensorflow/tfjs-node');
    assert.deepEqual(
      entries.map(({ link, resolved }) => ({ link, resolved })),
      [{ link: true, resolved: 'scripts/setup/tfjs-node' }],
    );
  });

  test('holds no address of a registry, so that any mirror will do', () => {
    const withAddress = installed.filter(({ resolved }) => resolved !== undefined && /^[a-z+]+:/i.test(resolved));
    assert.deepEqual(
      withAddress.map(({ place, resolved }) => `${place} ${resolved}`),
      [],
    );
  });

  test('holds a checksum for every package that is downloaded', () => {
    const without = installed.filter(({ link, integrity }) => !link && !integrity);
    assert.deepEqual(
      without.map(({ place }) => place),
      [],
    );
  });

  test('holds no version with a published vulnerability that another version mends', () => {
    const bad = installed.filter(({ name, version }) => {
      if (name === 'request' || name === 'har-validator') return true;
      return version !== undefined && FIXED_IN[name] && !isFixed(version, FIXED_IN[name]);
    });
    assert.deepEqual(
      bad.map(({ place, version }) => `${place} ${version}`),
      [],
    );
  });

  test('the version rule itself tells old from new', () => {
    assert.equal(isFixed('2.3.3', FIXED_IN['form-data']), false);
    assert.equal(isFixed('2.5.4', FIXED_IN['form-data']), true);
    assert.equal(isFixed('5.0.0', FIXED_IN['form-data']), true);
    assert.equal(isFixed('9.5.2', FIXED_IN.mathjs), false);
    assert.equal(isFixed('6.2.1', FIXED_IN.tar), false);
  });
});

describe('package.json', () => {
  for (const file of ['package.json', 'lib/package.json']) {
    test(`${file} pins every dependency to one version`, () => {
      const { dependencies = {}, devDependencies = {} } = read(file) as Manifest;
      const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
        ([, range]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range),
      );
      assert.deepEqual(loose, []);
    });
  }
});

describe('requirements', () => {
  for (const file of ['requirements.txt', 'requirements-gpu.txt']) {
    test(`${file} gives every package one version and at least one hash`, () => {
      const blocks = fs
        .readFileSync(path.join(root, file), 'utf8')
        .replace(/^ *#.*\n/gm, '')
        .split(/\n(?=\S)/)
        .filter((block) => block.trim());
      assert.ok(blocks.length > 50, `${blocks.length} packages`);
      const bad = blocks.filter(
        (block) => !/^[\w.-]+(\[[\w,-]+\])?==[\w.!+]+/.test(block) || !block.includes('--hash=sha256:'),
      );
      assert.deepEqual(bad, []);
    });
  }
});
