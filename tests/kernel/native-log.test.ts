import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NativeLog } from '../../scripts/kernel/native-log';

const startUp = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795416913.268300   15699 port.cc:153] oneDNN custom operations are on. You may see slightly different results.
2026-11-23 07:16:36.448123: I tensorflow/core/platform/cpu_feature_guard.cc:227] This TensorFlow binary is optimized
To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.
2026-11-23 07:16:36.448123: W external/local_xla/xla/tsl/framework/cpu_allocator_impl.cc:84] Allocation exceeds 10% of free system memory.
E0000 00:00:1795416913.268300   15699 cuda_dnn.cc:8310] Unable to register cuDNN factory
2026-11-23 07:16:36.448123: E external/local_xla/xla/stream_executor/cuda/cuda_platform.cc:51] failed call to cuInit
`;

test("TensorFlow's start-up lines are dropped, whatever the pieces they come in", () => {
  const log = new NativeLog();
  const pieces = startUp.match(/[^]{1,7}/g)!;
  assert.equal(pieces.map((piece) => log.read(piece)).join('') + log.end(), '');
});

test('other lines are shown, empty ones and an unfinished one too', () => {
  const log = new NativeLog();
  assert.equal(log.read('first\n\nsec'), 'first\n');
  assert.equal(log.read('ond\nlast'), '\nsecond\n');
  assert.equal(log.end(), 'last');
  const error = '2026-11-23 07:16:36.448123: F tensorflow/core/x.cc:9] Check failed\n';
  assert.equal(new NativeLog().read(error), error);
});

test('lines may end as on Windows', () => {
  const windows = (text: string) => text.replaceAll('\n', '\r\n');
  assert.equal(new NativeLog().read(windows(startUp)), '');
  assert.equal(new NativeLog().read('first\r\n\r\nsecond\r\n'), 'first\r\n\r\nsecond\r\n');
  const log = new NativeLog();
  const report = '\n<--- Last few GCs --->\n\n[1:0x1] Mark-Compact\nFATAL ERROR: Reached heap limit\n';
  assert.deepEqual([log.read(windows(report)), log.heapIsFull], ['', true]);
});

test("V8's report of a full heap is recognised and not shown", () => {
  const log = new NativeLog();
  assert.equal(log.read('\n<--- Last few GCs --->\n\n[1:0x1] Mark-Compact\nFATAL ERROR: Reached heap limit\n'), '');
  assert.equal(log.heapIsFull, true);
});
