/** Compiles native/check.cc with the address and undefined-behaviour sanitizers, for this processor and without vector instructions. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const root = path.join(__dirname, '..', '..');
const source = path.join(__dirname, 'native', 'check.cc');
const headers = path.join(root, 'lib', 'native');
const compiler = [process.env.CXX, 'g++', 'clang++'].find(
  (name) => name && spawnSync(name, ['--version']).status === 0,
);
const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

async function build(flags: string[]): Promise<string> {
  const hash = createHash('sha256').update([compiler, ...flags].join(' '));
  const files = [source, ...fs.readdirSync(headers).map((name) => path.join(headers, name))];
  for (const file of files.filter((name) => /\.(h|cc)$/.test(name))) hash.update(fs.readFileSync(file));
  const program = path.join(root, '.cache', 'native-check', hash.digest('hex').slice(0, 16));
  if (fs.existsSync(program)) return program;
  fs.mkdirSync(path.dirname(program), { recursive: true });
  await promisify(execFile)(compiler!, ['-std=c++17', '-O0', ...sanitizers, ...flags, source, '-o', `${program}.half`]);
  fs.renameSync(`${program}.half`, program);
  return program;
}

const variants = { 'with the instructions of this processor': ['-march=native'], 'without vector instructions': [] };

for (const [name, flags] of Object.entries(variants)) {
  test(
    `lib/native is clean under the sanitizers on odd sizes, ${name}`,
    { skip: !compiler && 'no compiler' },
    async () => {
      const program = await build(flags);
      const { status, stdout, stderr } = spawnSync(program, { encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr.slice(0, 3000));
      assert.match(stdout, /^0 failures$/m);
    },
  );
}
