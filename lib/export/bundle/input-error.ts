/**
 * Thrown when what a bundle is asked cannot be answered: the asker's mistake, in one sentence that does not repeat what was asked.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [3, 1] })] });
 * await toBundle(model, 'dense.lstm', { task: 'regress' });
 * const error = await (await fromBundle('dense.lstm')).answer('a text').catch((e) => e);
 * console.log(error instanceof InputError); // true
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
