/** Output of real tools, and the sentence it becomes. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { runCommand } from '../../scripts/setup/command.mjs';
import { SetupFailure, explain, reasonIn } from '../../scripts/setup/failure.mjs';

const OTHERWISE = { cause: 'something else', cure: 'Look.' };

const CASES: [string, string, RegExp, RegExp][] = [
  [
    'npm without a network',
    'npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/tar failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org',
    /^registry\.npmjs\.org could not be reached$/,
    /HTTPS_PROXY/,
  ],
  [
    'pip without a network',
    "WARNING: Retrying after connection broken by 'NewConnectionError(\"HTTPSConnection(host='pypi.org', port=443): Failed to establish a new connection: [Errno -2] Name or service not known\")'",
    /^pypi\.org could not be reached$/,
    /PIP_INDEX_URL/,
  ],
  [
    'pip behind a dead proxy',
    "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed'))': https://files.pythonhosted.org/x",
    /could not be reached/,
    /proxy/,
  ],
  [
    'uv without a network',
    'error: Request failed\n  cause: Failed to fetch: `https://pypi.org/simple/tornado/`\n  cause: dns error',
    /^pypi\.org could not be reached$/,
    /proxy/,
  ],
  [
    'a full disk under npm',
    'npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write',
    /disk is full/,
    /GB/,
  ],
  [
    'a full disk under pip',
    'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    /disk is full/,
    /TMPDIR/,
  ],
  [
    'a folder of somebody else',
    "npm error EACCES: permission denied, mkdir '/srv/course/node_modules'",
    /another user/,
    /chown/,
  ],
  [
    'an altered npm package',
    'npm error code EINTEGRITY\nnpm error sha512-x integrity checksum failed',
    /checksum differs/,
    /cache clean/,
  ],
  [
    'an altered Python package',
    'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
    /checksum differs/,
    /mirror/,
  ],
  [
    'no wheel',
    'ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: none)\nERROR: No matching distribution found for tensorflow-cpu==2.21.0',
    /no ready-made tensorflow-cpu for this platform/,
    /3\.10-3\.13/,
  ],
  [
    'an inspecting proxy',
    'npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request to https://registry.npmjs.org/tar failed, reason: self-signed certificate in certificate chain',
    /certificate of registry\.npmjs\.org is not trusted/,
    /NODE_EXTRA_CA_CERTS/,
  ],
  [
    'lock and manifest apart',
    'npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.',
    /do not belong together/,
    /git checkout/,
  ],
  ['a compiler out of memory', 'g++: fatal error: Killed signal terminated program cc1plus', /out of memory/, /4 GB/],
  [
    'no wheel under uv',
    '  × No solution found when resolving dependencies:\n  ╰─▶ Because h5py==3.14.0 has no wheels with a matching platform tag',
    /no ready-made h5py for this platform/,
    /3\.10-3\.13/,
  ],
  ['something new', 'the moon is in the wrong phase', /something else/, /Look/],
];

describe('explain', () => {
  for (const [name, output, cause, cure] of CASES) {
    test(name, () => {
      const words = explain(output, OTHERWISE, { platform: 'linux' });
      assert.match(words.cause, cause);
      assert.match(words.cure, cure);
    });
  }

  test('a password in an address does not reach the words', () => {
    const { cause } = explain('ECONNREFUSED while fetching https://me:secret@mirror.example/simple', OTHERWISE);
    assert.equal(cause, 'mirror.example could not be reached');
  });
});

test('reasonIn takes the line that says error, and keeps it short', () => {
  assert.equal(reasonIn('Compiling\nfoo.cc:3: error: no member\nmake: stopped'), 'foo.cc:3: error: no member');
  assert.equal(reasonIn(''), 'it printed nothing');
  assert.equal(reasonIn(`error ${'x'.repeat(400)}`).length, 160);
});

describe('runCommand', () => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'commands-'));
  after(() => fs.rmSync(scratch, { recursive: true }));
  const context = { root: process.cwd(), scratch, log: { write: () => {} } };
  const node = process.execPath;

  test('gives the output of a command that ends well', async () => {
    assert.equal(await runCommand(context, node, ['-p', '6 * 7']), '42\n');
  });

  test('a failing command is a failure in words', async () => {
    const program = 'console.error("fatal: no route"); process.exit(3)';
    await assert.rejects(runCommand(context, node, ['-e', program]), (error: SetupFailure) => {
      assert.match(error.cause, /ended with code 3: fatal: no route/);
      return true;
    });
  });

  test('so is one that is not there, or was killed', async () => {
    await assert.rejects(runCommand(context, 'no-such-program', []), /`no-such-program` was not found/);
    const killed = process.platform === 'win32' ? /ended with code 1/ : /ended by SIGTERM/; // Windows knows no signals
    await assert.rejects(runCommand(context, node, ['-e', 'process.kill(process.pid, "SIGTERM")']), killed);
  });
});
