import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { mendWeightRoom, withRoomFor } from '../../lib/mends/weight-room';

/** A model file of a few bytes that asks for a million weights. */
const greedy = () => {
  const config = { name: 'greedy', units: 1000, useBias: false, batchInputShape: [null, 1000] };
  const layers = [{ class_name: 'Dense', config: { ...config, batch_input_shape: config.batchInputShape } }];
  const modelTopology = { class_name: 'Sequential', config: { name: 'model', layers } };
  return tf.io.fromMemory({ modelTopology } as tf.io.ModelArtifacts);
};

describe('a model from a file', () => {
  test('draws all the weights that the file asks for where nothing bounds them, so the mend is needed', async () => {
    const model = await tf.loadLayersModel(greedy());
    assert.equal(model.countParams(), 1e6);
    model.dispose();
  });

  test('is refused, with the layer named, when it asks for more than there is room for', async () => {
    mendWeightRoom();
    await assert.rejects(
      withRoomFor(999_999, () => tf.loadLayersModel(greedy())),
      /layer "greedy" has a kernel of the shape \[1000,1000\], for which the file is too small\./,
    );
    const model = await withRoomFor(1e6, () => tf.loadLayersModel(greedy()));
    assert.equal(model.countParams(), 1e6);
    model.dispose();
  });
});
