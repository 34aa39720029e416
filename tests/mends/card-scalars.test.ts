/** Numbers in formulas: tfjs-node makes a tensor of each anew; kept, each is made once, and results stay the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasCard, nativeBackend, tf } from '../../lib/backend';
import { keepScalars } from '../../lib/mends/card-scalars';

const backend = nativeBackend();
const version = '4.22.0';

const skip = backend ? hasCard() && 'on a card they are kept from the start' : 'needs the native backend';

describe('numbers in formulas', { skip }, () => {
  test('become a tensor each time without the mend, and once with it; what is no number stays as it was', () => {
    let made = 0;
    const { binding } = backend!;
    const counting: typeof binding.createTensor = (...args) => {
      made++;
      return binding.createTensor(...args);
    };
    backend!.binding = Object.create(binding, { createTensor: { value: counting } }) as typeof binding;
    const x = tf.tensor1d([1, 2, 3]);
    const compute = () => tf.tidy(() => [...x.mul(0.1875).add(-0).sub(7.5).dataSync()]);
    const count = () => {
      const before = made;
      const values = compute();
      return { values, made: made - before };
    };
    let onCard = false;
    const stock = [count(), count()][1];
    assert.equal(stock.made, 3);
    keepScalars(backend!, version, () => onCard);
    assert.equal(count().made, 3);
    onCard = true;
    assert.equal(count().made, 3);
    assert.deepEqual(count(), { values: stock.values, made: 0 });
    const { numTensors } = tf.memory();
    for (let k = 0; k < 600; k++) tf.tidy(() => assert.equal(tf.scalar(k).add(0).dataSync()[0], k));
    assert.equal(tf.memory().numTensors, numTensors);
    onCard = false;
    backend!.binding = binding;
    x.dispose();
  });
});
