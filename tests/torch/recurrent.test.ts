import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';
import { close, fixture, recurrent } from './fixture';

before(() => tf.ready());

const tolerance = 1e-5;

type State = tf.Tensor | tf.Tensor[];
type Read = <T>(input: T, state?: State) => [output: T, state: State];

/** A recurrent module with its input as a parameter, so that both get gradients. */
class Case extends torch.Module {
  readonly input: tf.Variable;

  constructor(
    readonly module: torch.LSTM | torch.GRU | torch.RNN,
    input: tf.Tensor3D,
    readonly state: tf.Tensor3D[] | undefined,
    readonly lengths: number[] | null,
  ) {
    super();
    this.input = tf.variable(input);
  }

  forward(): [output: tf.Tensor, states: tf.Tensor[]] {
    const { batchFirst } = this.module;
    const state = this.module instanceof torch.LSTM ? this.state : this.state?.[0];
    const read = this.module.forward.bind(this.module) as unknown as Read;
    const input = this.input as tf.Tensor as tf.Tensor3D;
    if (!this.lengths) {
      const [output, last] = read(input, state);
      return [output, listed(last)];
    }
    const packed = torch.packPaddedSequence(input, this.lengths, { batchFirst, enforceSorted: false });
    const [output, last] = read(packed, state);
    return [torch.padPackedSequence(output, { batchFirst, totalLength: 4 })[0], listed(last)];
  }
}

const listed = (state: State): tf.Tensor[] => (Array.isArray(state) ? state : [state]);

/** The case as make_torch.py runs it: module, input, weights of the loss and first state from one stream. */
function prepare({ name, args, withState, lengths }: (typeof fixture.recurrent)[number]) {
  torch.manualSeed(9);
  const module = recurrent(name, args);
  const shape: [number, number] = args.batchFirst ? [3, 4] : [4, 3];
  const directions = module.bidirectional ? 2 : 1;
  const x = torch.randn<tf.Rank.R3>([...shape, args.inputSize]);
  const weights = torch.randn([...shape, directions * args.hiddenSize]);
  const draw = () => torch.randn<tf.Rank.R3>([module.numLayers * directions, 3, args.hiddenSize]);
  const state = withState ? (name === 'LSTM' ? [draw(), draw()] : [draw()]) : undefined;
  return { whole: new Case(module, x, state, lengths), weights };
}

describe('outputs, states and gradients are those of PyTorch', () => {
  for (const expected of fixture.recurrent) {
    const { name, args, withState, lengths } = expected;
    const title = [name, JSON.stringify(args), withState && 'first state', lengths && `lengths ${lengths}`];
    test(title.filter(Boolean).join(', '), () => {
      const { whole, weights } = prepare(expected);
      const { gradients } = torch.gradients(whole, () => {
        const [output, states] = whole.forward();
        close(output, expected.output, tolerance, 'output');
        states.forEach((s, i) => close(s, expected.states[i], tolerance, `state ${i}`));
        return tf.addN([output.mul(weights).sum(), ...states.map((s) => s.square().sum())]);
      });
      close(gradients.input, expected.inputGradient, tolerance, 'gradient of the input');
      for (const [key, gradient] of Object.entries<number[]>(expected.gradients)) {
        close(gradients[`module.${key}`], gradient, tolerance, `gradient of ${key}`);
      }
    });
  }

  test('of LSTMCell, from nothing and from a state', () => {
    torch.manualSeed(9);
    const cell = new torch.LSTMCell(3, 4);
    const [x, h, c] = [[2, 3] as const, [2, 4] as const, [2, 4] as const].map((s) => torch.randn<tf.Rank.R2>([...s]));
    cell.forward(x).forEach((t, i) => close(t, fixture.cell.first[i], tolerance));
    cell.forward(x, [h, c]).forEach((t, i) => close(t, fixture.cell.next[i], tolerance));
  });
});

describe('packed sequences', () => {
  test('hold what PyTorch holds', () => {
    for (const expected of fixture.recurrent.filter((c: { lengths: unknown }) => c.lengths)) {
      const { whole } = prepare(expected);
      const options = { batchFirst: whole.module.batchFirst, enforceSorted: false };
      const packed = torch.packPaddedSequence(whole.input as never, expected.lengths, options);
      assert.deepEqual(packed.batchSizes, expected.batchSizes);
      close(packed.data(), expected.data, 1e-6);
    }
  });

  test('the padding never reaches the result, whatever it holds', () => {
    const gru = new torch.GRU({ inputSize: 1, hiddenSize: 2, batchFirst: true, bidirectional: true });
    const run = (padding: number) => {
      const x = tf.tensor3d([1, 2, 3, 4, padding, padding], [2, 3, 1]);
      const [out, h] = gru.forward(torch.packPaddedSequence(x, [3, 1], { batchFirst: true }));
      const [padded, lengths] = torch.padPackedSequence(out, { batchFirst: true, paddingValue: -7, totalLength: 4 });
      assert.deepEqual(lengths, [3, 1]);
      const rows = padded.arraySync();
      assert.deepEqual([rows[0][3], rows[1][1], rows[1][3]], Array(3).fill([-7, -7, -7, -7]));
      return [...padded.dataSync(), ...h.dataSync()];
    };
    assert.deepEqual(run(NaN), run(0));
    assert.ok(run(1e9).every(Number.isFinite));
  });

  test('hold and give back zeros where a sequence has ended, or what is asked for, and no gradient comes from there', () => {
    const x = tf.variable(tf.tensor3d([1, 2, 3, 4, NaN, 9], [2, 3, 1]));
    const options = { batchFirst: true, enforceSorted: false };
    const packed = torch.packPaddedSequence(x as tf.Tensor as tf.Tensor3D, [2, 1], options);
    assert.deepEqual(packed.padded.arraySync(), [[[1], [2]], [[4], [0]]]); // prettier-ignore
    const rows = (pad: torch.PadOptions, sequence = packed) =>
      torch
        .padPackedSequence(sequence, { batchFirst: true, ...pad })[0]
        .squeeze([2])
        .arraySync();
    assert.deepEqual(rows({}), [[1, 2], [4, 0]]); // prettier-ignore
    assert.deepEqual(rows({ totalLength: 3 }), [[1, 2, 0], [4, 0, 0]]); // prettier-ignore
    assert.deepEqual(rows({ totalLength: 3, paddingValue: -1 }), [[1, 2, -1], [4, -1, -1]]); // prettier-ignore
    const unclean = new torch.PackedSequence(tf.tensor3d([1, 2, 4, 8], [2, 2, 1]), [2, 1]);
    assert.deepEqual(rows({}, unclean), [[1, 2], [4, 0]]); // prettier-ignore
    const { grads } = tf.variableGrads(() => {
      const again = torch.packPaddedSequence(x as tf.Tensor as tf.Tensor3D, [2, 1], options);
      return torch.padPackedSequence(again, { batchFirst: true })[0].square().sum();
    }, [x]);
    assert.deepEqual(grads[x.name].squeeze([2]).arraySync(), [[2, 4, 0], [8, 0, 0]]); // prettier-ignore
  });

  test('refuse lengths that do not fit', () => {
    const x = tf.zeros<tf.Rank.R3>([2, 3, 1]);
    const pack = (lengths: number[], options = {}) =>
      torch.packPaddedSequence(x, lengths, { batchFirst: true, ...options });
    assert.throws(() => pack([1, 2]), /lengths must descend, or pass enforceSorted: false/);
    assert.throws(() => pack([4, 1]), /Sequence 0 has the length 4; it must be from 1 to the 3 steps/);
    assert.throws(() => pack([3, 0]), /Sequence 1 has the length 0/);
    assert.throws(() => pack([3]), /1 lengths for 2 sequences; is batchFirst: true right/);
    assert.throws(() => torch.padPackedSequence(pack([3, 1]), { totalLength: 2 }), /at least 3, the longest/);
  });
});

describe('recurrent modules', () => {
  test('say what is wrong with their arguments and inputs', () => {
    const lstm = new torch.LSTM({ inputSize: 2, hiddenSize: 3, batchFirst: true });
    const zero = tf.zeros<tf.Rank.R3>([1, 4, 3]);
    assert.throws(
      () => new torch.LSTM({ inputSize: 2, hiddenSize: 0 }),
      /torch.LSTM: hiddenSize is an integer of 1 or more/,
    );
    assert.throws(
      () => new torch.GRU({ inputSize: 2, hiddenSize: 1, dropout: 2 }),
      /torch.GRU: dropout is a probability/,
    );
    assert.throws(() => new torch.RNN({ inputSize: 1, hiddenSize: 1, nonlinearity: 'elu' as never }), /got 'elu'/);
    assert.throws(() => lstm.forward(tf.zeros([4, 5, 1])), /last axis is 2 wide; got \[4,5,1\]/);
    assert.throws(
      () => lstm.forward(tf.zeros([2]) as tf.Tensor),
      /takes \[batch, time, features\], or \[time, features\]; got the shape \[2\]/,
    );
    assert.throws(
      () => lstm.forward(tf.zeros([4, 5, 2]), [zero, tf.zeros([1, 5, 3])]),
      /\[1,5,3\], expected \[1,4,3\]/,
    );
    assert.throws(() => lstm.forward(tf.zeros([4, 5, 2]), zero as never), /the state is \[h, c\]/);
  });

  test('leave nothing behind but what they return', () => {
    const lstm = new torch.LSTM({ inputSize: 2, hiddenSize: 3, numLayers: 2, bidirectional: true, dropout: 0.5 });
    const x = tf.zeros([4, 5, 2]);
    const before = tf.memory().numTensors;
    const [out, [h, c]] = lstm.forward(x);
    assert.equal(tf.memory().numTensors, before + 3);
    tf.dispose([out, h, c]);
    const packed = torch.packPaddedSequence(x as tf.Tensor3D, [4, 4, 3, 2, 1]);
    const [rest, state] = lstm.forward(packed);
    packed.dispose();
    rest.dispose();
    tf.dispose(state);
    assert.equal(tf.memory().numTensors, before);
  });
});
