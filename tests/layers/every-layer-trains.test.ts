/** Every layer of `layers` has its gradients on this backend, by its weights and by its inputs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import { factories, models, without } from '../export/layer-models';
import { fill, inputsOf } from '../export/models';

/** Of these TensorFlow.js has no gradient, on any backend. */
const untrainable = ['centerCrop', 'thresholdedReLU'];

/** One counts whole numbers, which have no gradient; the other one of TensorFlow.js fails while it trains. */
const aside = [...without, 'categoryEncoding', 'randomWidth'];

const gradientsOf = (name: string): tf.Tensor[] => {
  const model = fill(models[name]());
  const given = inputsOf(model);
  const numbers = given.filter(({ dtype }) => dtype === 'float32');
  const weights = model.trainableWeights.map((weight) => weight.read());
  const loss = (...xs: tf.Tensor[]) => {
    const inputs = given.map((x) => (x.dtype === 'float32' ? xs.shift()! : x));
    const outputs = [model.apply(inputs, { training: true })].flat() as tf.Tensor[];
    return tf.addN(outputs.map((y) => y.square().sum().asScalar()));
  };
  return tf.tidy(() => {
    const { grads } = tf.engine().gradients(() => loss(...numbers), [...numbers, ...weights], undefined, true);
    return [...grads.slice(0, numbers.length).filter(Boolean), ...grads.slice(numbers.length)]; // lengths have none
  });
};

for (const name of factories.filter((one) => !aside.includes(one)))
  test(`layers.${name} trains${untrainable.includes(name) ? ' nowhere' : ''}`, () => {
    if (untrainable.includes(name)) assert.throws(() => gradientsOf(name), /gradient function not found/);
    else for (const gradient of gradientsOf(name)) assert.ok(gradient.isFinite().all().dataSync()[0]);
  });
