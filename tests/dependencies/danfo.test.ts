/** danfojs-node computes with the one TensorFlow.js, and works with the packages that stand in for its vulnerable ones. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';

const native = process.env.LSTM_LAB_BACKEND === 'wasm' ? 'danfojs-node needs the native backend' : false;

describe('danfojs-node', { skip: native }, () => {
  let dfd: typeof import('danfojs-node');
  let folder: string;
  let server: http.Server;
  let address: string;

  before(async () => {
    dfd = await import('danfojs-node');
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'danfo-'));
    server = http.createServer((request, response) => {
      if (request.url === '/table.csv') response.end('city,rain\nOslo,1.5\nRome,0\n');
      else if (request.url === '/table.json') response.end('[{"a":1},{"a":2}]');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    fs.rmSync(folder, { recursive: true });
  });

  test('shares our engine and backend', () => {
    const theirs = dfd.tensorflow as unknown as { engine(): unknown };
    assert.equal(theirs.engine(), tf.engine());
    const tensor = new dfd.DataFrame([
      [1, 2],
      [3, 4],
    ]).tensor;
    assert.ok(tensor instanceof tf.Tensor);
    assert.deepEqual(tf.matMul(tensor as tf.Tensor2D, tf.eye(2)).arraySync(), [
      [1, 2],
      [3, 4],
    ]);
  });

  test('reads CSV from a file and from an address', async () => {
    const file = path.join(folder, 'table.csv');
    fs.writeFileSync(file, 'city,rain\nOslo,1.5\nRome,0\n');
    for (const place of [file, `${address}/table.csv`]) {
      const frame = await dfd.readCSV(place);
      assert.deepEqual(frame.columns, ['city', 'rain']);
      assert.deepEqual(frame.values, [
        ['Oslo', 1.5],
        ['Rome', 0],
      ]);
    }
    await assert.rejects(dfd.readCSV(`${address}/nothing.csv`), /404/);
  });

  test('reads JSON from an address', async () => {
    const frame = (await dfd.readJSON(`${address}/table.json`)) as InstanceType<typeof dfd.DataFrame>;
    assert.deepEqual(frame.values, [[1], [2]]);
  });

  test('writes and reads Excel', async () => {
    const filePath = path.join(folder, 'table.xlsx');
    dfd.toExcel(new dfd.DataFrame([[1, 2.5]], { columns: ['a', 'b'] }), { filePath });
    const frame = (await dfd.readExcel(filePath)) as InstanceType<typeof dfd.DataFrame>;
    assert.deepEqual(frame.columns, ['a', 'b']);
    assert.deepEqual(frame.values, [[1, 2.5]]);
  });

  test('its statistics come out right', () => {
    const column = new dfd.Series([1, 2, 2, 3, 10]);
    assert.equal(column.mean(), 3.6);
    assert.equal(column.median(), 2);
    assert.deepEqual(column.mode(), [2]);
    assert.ok(Math.abs(column.var() - 13.3) < 1e-12);
    assert.ok(Math.abs(column.std() - Math.sqrt(13.3)) < 1e-12);
    const frame = new dfd.DataFrame([[1], [3]], { columns: ['a'] });
    assert.deepEqual(
      frame.describe().index.map((row, k) => [row, frame.describe().values[k]]),
      [
        ['count', [2]],
        ['mean', [2]],
        ['std', [Math.SQRT2]],
        ['min', [1]],
        ['median', [2]],
        ['max', [3]],
        ['variance', [2]],
      ],
    );
    const groups = new dfd.DataFrame({ k: ['a', 'a', 'b'], v: [1, 3, 5] }).groupby(['k']);
    assert.deepEqual(groups.col(['v']).mean().values, [
      ['a', 2],
      ['b', 5],
    ]);
  });
});
