import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';
import { close } from './fixture';

before(() => tf.ready());

const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'modules.json'), 'utf8'));

/** A module with its input as a parameter, so that both get gradients. */
class WithInput extends torch.Module {
  readonly input: tf.Variable;

  constructor(
    readonly module: torch.Module,
    input: tf.Tensor,
  ) {
    super();
    this.input = tf.variable(input);
  }

  forward(): tf.Tensor {
    return this.input;
  }
}

type Forward = (...inputs: unknown[]) => unknown;
const forwardOf = (module: torch.Module): Forward => module.forward.bind(module) as Forward;
const create = (name: string, ...args: unknown[]): torch.Module =>
  new (torch as unknown as Record<string, new (...args: unknown[]) => torch.Module>)[name](...args);
const listed = (state: unknown) => (Array.isArray(state) ? state : [state]) as tf.Tensor[];

describe('losses and their gradients are those of PyTorch', () => {
  for (const { name, options, shape, input, target, targetShape, isIndex, value, gradient } of fixture.losses) {
    test(`${name} ${JSON.stringify(options)} of [${shape}], target [${targetShape}]`, () => {
      const isTensor = options.weight && name === 'BCELoss';
      const loss = create(name, { ...options, ...(isTensor && { weight: tf.tensor(options.weight) }) });
      const x = new WithInput(loss, tf.tensor(input, shape));
      const y = tf.tensor(target, targetShape, isIndex ? 'int32' : 'float32');
      const { gradients } = torch.gradients(x, () => {
        const result = forwardOf(loss)(x.input, y) as tf.Tensor;
        close(result, value, 2e-6, 'value');
        return result.rank === 0 ? result : result.square().sum();
      });
      close(gradients.input, gradient, 2e-6, 'gradient');
    });
  }
});

describe('modules without a state', () => {
  for (const { name, args, shape, printed, output, gradient, parameters, gradients: expected } of fixture.small) {
    test(printed, () => {
      const module = create(name, ...args);
      assert.equal(String(module), printed);
      assert.deepEqual(Object.keys(module.stateDict()), Object.keys(parameters));
      torch.manualSeed(6);
      const whole = new WithInput(module, torch.randn(shape));
      for (const [key, parameter] of module.namedParameters())
        parameter.assign(tf.tensor(parameters[key], parameter.shape));
      const { gradients } = torch.gradients(whole, () => {
        const result = forwardOf(module)(whole.input) as tf.Tensor;
        close(result, output, 1e-6, 'output');
        return result.square().sum();
      });
      close(gradients.input, gradient, 1e-5, 'gradient');
      for (const key of Object.keys(parameters)) close(gradients[`module.${key}`], expected[key], 1e-5, key);
    });
  }
});

describe('cells take a step as PyTorch does', () => {
  for (const { name, args, printed, names, first, next, single } of fixture.cells) {
    test(printed, () => {
      torch.manualSeed(9);
      const cell = create(name, args);
      assert.equal(String(cell), printed);
      assert.deepEqual(Object.keys(cell.stateDict()), names);
      const x = torch.randn([2, 3]);
      const states = (name === 'LSTMCell' ? [0, 1] : [0]).map(() => torch.randn([2, 4]));
      const given = (pick: (tensor: tf.Tensor) => tf.Tensor) =>
        states.length > 1 ? states.map(pick) : pick(states[0]);
      const row = (tensor: tf.Tensor) => torch.select(tensor, 0, 0);
      const forward = forwardOf(cell);
      listed(forward(x)).forEach((tensor, i) => close(tensor, first[i], 1e-6));
      listed(
        forward(
          x,
          given((tensor) => tensor),
        ),
      ).forEach((tensor, i) => close(tensor, next[i], 1e-6));
      listed(forward(row(x), given(row))).forEach((tensor, i) => {
        assert.deepEqual(tensor.shape, [4]);
        close(tensor, single[i], 1e-6);
      });
    });
  }

  test('and say what does not fit', () => {
    const [lstm, gru] = [new torch.LSTMCell(3, 4), new torch.GRUCell(3, 4)];
    const x = tf.zeros<tf.Rank.R2>([2, 3]);
    const h = tf.zeros<tf.Rank.R2>([2, 4]);
    assert.throws(() => gru.forward(x, tf.zeros([1, 4])), /GRUCell: the state has the shape \[1,4\], expected \[2,4\]/);
    assert.throws(() => lstm.forward(x, h as never), /LSTMCell: the state is \[h, c\]/);
    assert.throws(() => gru.forward(tf.zeros([5, 2, 3]) as never), /takes one step, .*got the shape \[5,2,3\]/);
    assert.throws(() => new torch.RNNCell(3, 4, true, 'elu' as never), /RNNCell: nonlinearity is 'tanh' or 'relu'/);
    assert.throws(() => new torch.GRUCell({ inputSize: 3 } as never), /hiddenSize is an integer of 1 or more/);
  });
});

describe('recurrent modules without a batch, and projections', () => {
  for (const expected of fixture.recurrent) {
    const { name, args, single, withState, lengths, printed } = expected;
    const title = [printed, single && 'no batch', withState && 'first state', lengths && `lengths ${lengths}`];
    test(title.filter(Boolean).join(', '), () => {
      torch.manualSeed(9);
      const module = create(name, args) as torch.LSTM;
      assert.equal(String(module), printed);
      const { batchFirst } = module;
      const shape = single ? [4] : batchFirst ? [3, 4] : [4, 3];
      const width = args.projSize ?? args.hiddenSize;
      const directions = module.bidirectional ? 2 : 1;
      const whole = new WithInput(module, torch.randn([...shape, args.inputSize]));
      const weights = torch.randn([...shape, directions * width]);
      const draw = (size: number) => torch.randn([module.numLayers * directions, ...(single ? [] : [3]), size]);
      const drawn = withState ? (name === 'LSTM' ? [width, args.hiddenSize] : [width]).map(draw) : undefined;
      const state = drawn && (name === 'LSTM' ? drawn : drawn[0]);
      const { gradients } = torch.gradients(whole, () => {
        const x = whole.input as tf.Tensor as tf.Tensor3D;
        const given = lengths ? torch.packPaddedSequence(x, lengths, { batchFirst, enforceSorted: false }) : x;
        const [out, last] = forwardOf(module)(given, state) as [tf.Tensor | torch.PackedSequence, unknown];
        const output =
          out instanceof torch.PackedSequence ? torch.padPackedSequence(out, { batchFirst, totalLength: 4 })[0] : out;
        assert.deepEqual(output.shape, expected.outputShape);
        close(output, expected.output, 1e-5, 'output');
        const states = listed(last);
        assert.deepEqual(
          states.map((tensor) => tensor.shape),
          expected.stateShapes,
        );
        states.forEach((tensor, i) => close(tensor, expected.states[i], 1e-5, `state ${i}`));
        return tf.addN([output.mul(weights).sum(), ...states.map((tensor) => tensor.square().sum<tf.Scalar>())]);
      });
      close(gradients.input, expected.inputGradient, 1e-5, 'gradient of the input');
      const keys = Object.keys(expected.gradients);
      assert.deepEqual(Object.keys(module.stateDict()), keys);
      for (const key of keys) close(gradients[`module.${key}`], expected.gradients[key], 1e-5, `gradient of ${key}`);
    });
  }

  test('say what does not fit', () => {
    const lstm = new torch.LSTM({ inputSize: 2, hiddenSize: 3, projSize: 1 });
    const one = tf.zeros<tf.Rank.R2>([5, 2]);
    const state = (...shape: [number, number]) => tf.zeros<tf.Rank.R2>(shape);
    assert.throws(
      () => lstm.forward(one, [state(1, 3), state(1, 3)]),
      /the state has the shape \[1,3\], expected \[1,1\]/,
    );
    assert.throws(() => lstm.forward(one, [tf.zeros([1, 1, 1]), state(1, 3)] as never), /\[1,1,1\], expected \[1,1\]/);
    assert.throws(() => new torch.LSTM(2, 3, { projSize: 3 }), /projSize is an integer below hiddenSize/);
    assert.throws(() => new torch.LSTM(2, 3, { projSize: -1 }), /projSize is an integer below hiddenSize/);
    assert.throws(
      () => new torch.GRU({ inputSize: 2, hiddenSize: 3, projSize: 1 } as never),
      /torch.GRU has no option "projSize"/,
    );
  });
});

describe('Sequential and ModuleList', () => {
  test('Sequential is that of PyTorch', () => {
    torch.manualSeed(4);
    const model = new torch.Sequential(
      new torch.Linear(3, 5),
      new torch.ReLU(),
      new torch.LayerNorm(5),
      new torch.Linear(5, 2),
      new torch.LogSoftmax({ dim: -1 }),
    );
    assert.equal(String(model), fixture.sequential.printed);
    assert.deepEqual(Object.keys(model.stateDict()), fixture.sequential.names);
    const x = torch.randn([4, 3]);
    const before = tf.memory().numTensors;
    close(model.forward(x), fixture.sequential.output, 1e-6);
    assert.equal(tf.memory().numTensors, before + 1);
    assert.equal(model.length, 5);
    assert.ok(model[1] instanceof torch.ReLU);
    assert.deepEqual([...model], model.children());
  });

  test('parts may have names; a list is trained, switched and visited with its module', () => {
    const model = new torch.Sequential({ first: new torch.Linear(2, 2), drop: new torch.Dropout(0.5) });
    assert.deepEqual(Object.keys(model.stateDict()), ['first.weight', 'first.bias']);
    const list = new torch.ModuleList([model]).append(new torch.Linear(1, 1));
    assert.deepEqual(Object.keys(list.stateDict()), ['0.first.weight', '0.first.bias', '1.weight', '1.bias']);
    list.eval();
    assert.equal(model.children()[1].training, false);
    const visited: string[] = [];
    list.apply((module) => visited.push(module.constructor.name));
    assert.deepEqual(visited, ['Linear', 'Dropout', 'Sequential', 'Linear', 'ModuleList']);
    assert.equal(list.modules().length, 5);
  });

  test('refuse what is no module, and what gives no tensor', () => {
    assert.throws(() => new torch.Sequential(new torch.ReLU(), 3 as never), /takes modules; number 1 is 3/);
    const model = new torch.Sequential(new torch.LSTM(2, 3));
    assert.throws(() => model.forward(tf.zeros([4, 2, 2])), /LSTM, number 0, gives no single tensor/);
    assert.throws(() => new torch.ModuleList().forward(), /computes nothing/);
    const all = { weight: tf.zeros([3]), wrong: tf.zeros([1]) };
    assert.throws(
      () => new torch.Linear(1, 2).loadStateDict(all),
      /Missing key\(s\) in state_dict: "bias"\.\n\tUnexpected key\(s\) in state_dict: "wrong"\.\n\tsize mismatch for weight: .*\[3\].*\[2, 1\]/,
    );
  });
});

test('options that nobody knows, and settings that make no sense, are refused', () => {
  const refused: [make: () => unknown, message: RegExp][] = [
    [() => new torch.LSTM({ inputSize: 1, hidden_size: 2 } as never), /did you mean "hiddenSize"/],
    [() => new torch.Linear(2, 3, { biases: false } as never), /did you mean "bias"/],
    [() => new torch.Embedding(2, 3, { padding_idx: 0 } as never), /did you mean "paddingIdx"/],
    [() => new torch.CrossEntropyLoss({ label_smoothing: 0.1 } as never), /did you mean "labelSmoothing"/],
    [() => new torch.CrossEntropyLoss({ labelSmoothing: 2 }), /labelSmoothing is from 0 to 1; got 2/],
    [() => new torch.MSELoss({ reduction: 'avg' as never }), /MSELoss: reduction is 'mean', 'sum', 'none'; got 'avg'/],
    [() => new torch.HuberLoss({ delta: 0 }), /delta is a number above 0/],
    [() => new torch.Softmax({} as never), /torch.Softmax takes the axis .* got undefined/],
    [() => new torch.LayerNorm(3).forward(tf.zeros([2, 4])), /last axes are \[3\]; got \[2,4\]/],
    [() => new torch.BCELoss().forward(tf.tensor1d([1.5]), tf.ones([1])), /probabilities from 0 to 1/],
    [
      () => new torch.NLLLoss().forward(tf.zeros([2, 3]), tf.tensor1d([0, 3])),
      /NLLLoss: the classes are 0 to 2; got 3/,
    ],
  ];
  for (const [make, message] of refused) assert.throws(make, message);
  assert.equal(new torch.Linear(2, 3, false).bias, undefined);
  assert.equal(new torch.LSTM(2, 3, 2, { batchFirst: true }).numLayers, 2);
});
