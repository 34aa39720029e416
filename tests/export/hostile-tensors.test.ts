/** Files that would harm: each is refused in one sentence, and no change of a byte crashes the reader. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { zipSync } from 'fflate';
import { tf } from '../../lib/backend';
import { fromSafetensors, fromTorch } from '../../lib/export';
import { writePickle } from '../../lib/export/torch/pickle-writer';
import { mutations } from './mutations';
import { fixtureFile, temporaryFolder } from './peers';

const folder = temporaryFolder();
const put = (name: string, content: Uint8Array | string): string => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
};

describe('a file of PyTorch is refused', () => {
  const refusals: Record<string, [file: () => string, sentence: RegExp]> = {
    'that calls a function': [
      () => fixtureFile('command.pt'),
      /it asks for posix\.system; only tensors are read, no code/,
    ],
    'that holds a whole module': [
      () => fixtureFile('whole-module.pt'),
      /asks for torch\.nn\..*save the state dict: torch\.save\(model\.state_dict\(\), file\)/,
    ],
    'that PyTorch before 1.6 wrote': [() => fixtureFile('legacy.pt'), /no whole zip archive.*before 1\.6/],
    'that is a bare pickle': [() => fixtureFile('bare.pt'), /no whole zip archive/],
    'that is a zip bomb': [
      () => {
        const bomb = zipSync({ 'archive/data.pkl': new Uint8Array(2 ** 29) }, { level: 9 });
        return put('bomb.pt', bomb);
      },
      /declares to hold 536870912/,
    ],
    'whose member would lie outside it': [
      () => put('climbs.pt', zipSync({ '../../evil': new Uint8Array(1) })),
      /would lie outside it, \.\.\/\.\.\/evil/,
    ],
    'that declares 100 GB': [
      () => {
        const file = fs.readFileSync(fixtureFile('network-0.pt'));
        const at = file.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
        file.writeUInt32LE(0xf0000000, at + 24);
        return put('huge.pt', file);
      },
      /declares to hold/,
    ],
    'that holds no dict': [
      () =>
        put('text.pt', zipSync({ 'archive/data.pkl': writePickle('weights'), 'archive/version': new Uint8Array(1) })),
      /holds no dict/,
    ],
    'that is missing': [() => path.join(folder, 'none.pt'), /none\.pt does not exist/],
    'that is a folder': [() => folder, /cannot be read \(EISDIR\)/],
  };
  for (const [what, [file, sentence]] of Object.entries(refusals)) {
    test(what, () => assert.rejects(fromTorch(file()), sentence));
  }

  test('and none of its commands has run', () => assert.ok(!fs.existsSync('/tmp/lstm-lab-was-here')));
});

describe('a safetensors file is refused', () => {
  const withHeader = (name: string, header: unknown, data = 16): string => {
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return put(name, Buffer.concat([length, json, Buffer.alloc(data)]));
  };
  const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({
    a: { dtype, shape, data_offsets: offsets },
  });
  const refusals: Record<string, [file: () => string, sentence: RegExp]> = {
    'that is too short': [() => put('short', 'abc'), /no safetensors file: it has 3 bytes/],
    'whose header is longer than it': [() => put('long', Buffer.alloc(8, 255)), /its header would have/],
    'whose header is no JSON': [() => withHeader('no-json', '{"a":'), /its header is not JSON/],
    'whose header is no object': [() => withHeader('list', '[1]'), /its header is no object/],
    'that declares 100 GB': [() => withHeader('huge', entry([25e9], [0, 1e11])), /declares 25000000000 numbers/],
    'whose bytes do not fit the shape': [() => withHeader('fit', entry([3], [0, 16])), /has 16 bytes; .* needs 12/],
    'with a negative size': [() => withHeader('negative', entry([-2, -2], [0, 16])), /integers of 0 or more/],
    'with a size that is a text': [() => withHeader('text', entry(['4'], [0, 16])), /integers of 0 or more/],
    'of an unknown type': [() => withHeader('type', entry([4], [0, 16], 'Q4')), /holds Q4; known are F64/],
    'whose tensor has no place': [() => withHeader('place', entry([4], null)), /no place in the file/],
    'with bytes that no tensor takes': [() => withHeader('hidden', entry([2], [8, 16])), /leave bytes out at 0/],
    'that is cut off': [() => withHeader('cut', entry([4], [0, 16]), 12), /take 16 bytes, it has 12/],
  };
  for (const [what, [file, sentence]] of Object.entries(refusals)) {
    test(what, () => assert.rejects(fromSafetensors(file()), sentence));
  }
});

for (const [name, read] of [
  ['network-0.pt', fromTorch],
  ['views.pt', fromTorch],
  ['types.safetensors', fromSafetensors],
] as const) {
  test(`${name}: changed, cut and lengthened files are read or refused in a sentence`, async () => {
    const before = tf.memory().numTensors;
    for (const changed of mutations(fs.readFileSync(fixtureFile(name)), 400)) {
      try {
        tf.dispose(await read(put(`mutated-${name}`, changed)));
      } catch (error) {
        assert.ok(error instanceof Error && error.message.includes(`mutated-${name}`), String((error as Error).stack));
      }
    }
    assert.equal(tf.memory().numTensors, before);
  });
}
