import { test } from 'node:test';
import assert from 'node:assert/strict';
import { addingProblem } from '../../lib/series';

test('the adding problem: two marks, one in each half, and the answer is the sum of what they mark', () => {
  for (const steps of [2, 3, 10, 31]) {
    const { x, y } = addingProblem(200, steps, 1);
    assert.deepEqual(x.shape, [200, steps, 2]);
    assert.deepEqual(y.shape, [200, 1]);
    const answers = y.dataSync();
    x.arraySync().forEach((sequence, row) => {
      const marked = sequence.flatMap(([, mark], t) => (mark === 0 ? [] : [t]));
      assert.equal(marked.length, 2);
      assert.ok(marked[0] < steps >> 1 && marked[1] >= steps >> 1, `marks at ${marked} of ${steps} steps`);
      assert.ok(sequence.every(([value, mark]) => value >= 0 && value < 1 && (mark === 0 || mark === 1)));
      const sum = marked.reduce((total, t) => total + sequence[t][0], 0);
      assert.ok(Math.abs(sum - answers[row]) < 1e-6);
    });
    x.dispose();
    y.dispose();
  }
});

test('the adding problem follows its seed, and its answers have the mean 1 and the variance 1/6', () => {
  const [one, two, other] = [1, 1, 2].map((seed) => addingProblem(4000, 5, seed));
  assert.deepEqual(one.x.dataSync(), two.x.dataSync());
  assert.notDeepEqual(one.x.dataSync(), other.x.dataSync());
  const answers = [...one.y.dataSync()];
  const mean = answers.reduce((a, b) => a + b) / answers.length;
  const variance = answers.reduce((sum, value) => sum + (value - 1) ** 2, 0) / answers.length;
  assert.ok(Math.abs(mean - 1) < 0.03, `mean ${mean}`);
  assert.ok(Math.abs(variance - 1 / 6) < 0.01, `variance ${variance}`);
  for (const part of [one, two, other]) [part.x, part.y].forEach((tensor) => tensor.dispose());
});

test('the adding problem says what it needs', () => {
  assert.throws(() => addingProblem(0, 5, 1), /count is an integer of 1 or more; got 0/);
  assert.throws(() => addingProblem(3, 1, 1), /steps is an integer of 2 or more; got 1/);
  assert.throws(() => addingProblem(3, 5, -1), /A seed is an integer from 0/);
});
