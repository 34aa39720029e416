import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';
import { closeEach } from './fixture';

before(() => tf.ready());

const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'optimizers.json'), 'utf8'));

type Named = Record<string, unknown>;
const optimizer = (name: string, parameters: tf.Variable[], options: Named): torch.Optimizer =>
  new torch[name as 'Adam'](parameters, options as torch.AdamOptions);

/** An optimizer as make_optimizers.py gives it to a schedule. */
const descent = (name: string) =>
  optimizer(name, [tf.variable(tf.zeros([1]))], { lr: 0.5, ...(name === 'SGD' && { momentum: 0.9 }) });

const settings = (of: torch.Optimizer & { betas?: readonly number[]; momentum?: number }) => [
  of.lr,
  of.betas?.[0] ?? of.momentum ?? null,
];

function closeSettings(actual: (number | null)[][], expected: (number | null)[][]) {
  assert.equal(actual.length, expected.length);
  actual.forEach(([lr, momentum], epoch) => {
    const [lrWanted, momentumWanted] = expected[epoch];
    assert.ok(Math.abs(lr! - lrWanted!) <= 1e-8, `epoch ${epoch}: lr ${lr}, expected ${lrWanted}`);
    const off = Math.abs((momentum ?? 0) - (momentumWanted ?? 0));
    assert.ok(off <= 1e-8, `epoch ${epoch}: momentum ${momentum}, expected ${momentumWanted}`);
  });
}

/** The settings before the first step of a schedule and after each. */
function follow(of: torch.Optimizer, epochs: number, ...steps: ((epoch: number) => void)[]) {
  const values = [settings(of)];
  for (let epoch = 0; epoch < epochs; epoch++) {
    steps.forEach((step) => step(epoch));
    values.push(settings(of));
  }
  return values;
}

describe('40 steps go the way of PyTorch', () => {
  for (const { optimizer: name, options, step, losses } of fixture.runs) {
    test(`by ${name} ${JSON.stringify({ ...options, ...step })}`, () => {
      torch.manualSeed(1);
      const layer = new torch.Linear(4, 2);
      const [x, y] = [torch.randn([8, 4]), torch.randn([8, 2])];
      const mse = new torch.MSELoss();
      const of = optimizer(name, layer.parameters(), options);
      const clip = { ...step, ...(step.normType === 'Infinity' && { normType: Infinity }) };
      const loss = () => mse.forward(layer.forward(x), y).mul(options.maximize ? -1 : 1);
      closeEach(
        losses.map(() => of.step(loss, clip)),
        losses,
        1e-4,
      );
    });
  }
});

describe('learning rates and momenta are those of PyTorch', () => {
  for (const { scheduler: name, optimizer: descends, options, metrics, values } of fixture.schedules) {
    test(`${name} ${JSON.stringify(options)} on ${descends}`, () => {
      const of = descent(descends);
      const scheduler = new torch[name as 'ReduceLROnPlateau'](of, options);
      closeSettings(
        follow(of, values.length - 1, (epoch) => scheduler.step(metrics?.[epoch])),
        values,
      );
      assert.deepEqual(scheduler.getLastLr(), [of.lr]);
    });
  }

  test('SequentialLR: warm-up, cosine, decay', () => {
    const of = descent('SGD');
    const schedulers = [
      new torch.LinearLR(of, 0.1, { totalIters: 4 }),
      new torch.CosineAnnealingLR(of, 8),
      new torch.ExponentialLR(of, 0.9),
    ];
    const scheduler = new torch.SequentialLR(of, { schedulers, milestones: [5, 12] });
    closeSettings(
      follow(of, 20, () => scheduler.step()),
      fixture.warmUp,
    );
  });

  test('two schedules of one optimizer', () => {
    const of = descent('SGD');
    const schedulers = [new torch.ConstantLR(of, 0.1, 3), new torch.ExponentialLR(of, 0.9)];
    closeSettings(follow(of, 8, ...schedulers.map((scheduler) => () => scheduler.step())), fixture.twoAtOnce);
  });

  test('LambdaLR and MultiplicativeLR', () => {
    for (const [name, factor] of [
      ['LambdaLR', (epoch: number) => 0.95 ** epoch + 0.1],
      ['MultiplicativeLR', (epoch: number) => 1 - epoch / 20],
    ] as const) {
      const of = descent('SGD');
      const scheduler = new torch[name](of, factor);
      closeSettings(
        follow(of, 10, () => scheduler.step()),
        fixture[name === 'LambdaLR' ? 'lambda' : 'multiplicative'],
      );
    }
  });

  test('CosineAnnealingWarmRestarts told where it stands within an epoch', () => {
    const of = descent('SGD');
    const scheduler = new torch.CosineAnnealingWarmRestarts(of, 2, 2);
    for (const [at, lr] of fixture.byBatches) {
      scheduler.step(at);
      assert.ok(Math.abs(of.lr - lr) <= 1e-8, `epoch ${at}: ${of.lr}, expected ${lr}`);
    }
  });
});

describe('arguments', () => {
  const a = tf.variable(tf.ones([2]));

  test('come in order, by name, or both', () => {
    assert.equal(new torch.Adam([a], 0.01).lr, 0.01);
    assert.equal(new torch.AdamW([a], 0.01).lr, 0.01);
    assert.equal(new torch.SGD([a], 0.1, 0.9).momentum, 0.9);
    assert.equal(new torch.SGD([a], 0.1, { momentum: 0.9 }).momentum, 0.9);
    assert.deepEqual(new torch.Adam([a], { lr: 0.1, betas: [0.5, 0.6] }).betas, [0.5, 0.6]);
    assert.deepEqual(new torch.Adam([a], 0.1, [0.5, 0.6]).betas, [0.5, 0.6]);
    const given = { lr: undefined, betas: undefined } as torch.AdamOptions;
    assert.equal(new torch.Adam([a], given).lr, 1e-3);
  });

  test('that are unknown are refused with the nearest name', () => {
    const unknown = (make: () => unknown, message: RegExp) => assert.throws(make, message);
    unknown(() => new torch.Adam([a], { learningRate: 0.1 } as never), /torch.Adam has no option "learningRate"/);
    unknown(() => new torch.AdamW([a], { weight_decay: 0.1 } as never), /torch.AdamW .*did you mean "weightDecay"/);
    unknown(() => new torch.SGD([a], { momentun: 0.1 } as never), /did you mean "momentum"/);
    unknown(() => new torch.StepLR(descent('SGD'), { step_size: 3 } as never), /did you mean "stepSize"/);
    unknown(() => new torch.SGD([a]).step(() => a.sum(), { clipgradnorm: 1 } as never), /did you mean "clipGradNorm"/);
    unknown(() => new torch.SGD([a], 0.1, { lr: 0.1 } as never), /got lr twice/);
    unknown(() => new torch.ExponentialLR(descent('SGD'), 0.1, 3 as never), /takes at most 1 arguments/);
  });

  test('that make no sense are refused', () => {
    const of = descent('SGD');
    const refused: [make: () => unknown, message: RegExp][] = [
      [() => new torch.Adam([a], { amsgrad: true, eps: -1 }), /torch.Adam: eps is a number of 0 or more; got -1/],
      [() => new torch.RMSprop([a], { alpha: NaN }), /alpha is a number of 0 or more; got NaN/],
      [() => new torch.SGD([a], { lr: '0.1' as never }), /lr is a number of 0 or more; got "0.1"/],
      [() => new torch.Adam([a], { betas: ['0.9', 0.999] as never }), /betas are .* from 0 to below 1/],
      [() => new torch.Adam({ a } as never), /takes parameters, as module.parameters\(\) gives them/],
      [() => new torch.Adam(new torch.Linear(1, 1) as never), /takes parameters/],
      [() => new torch.Adam([{ params: [a] }] as never), /make one optimizer a group/],
      [() => new torch.SGD([a]).step(undefined as never), /takes the closure that computes the loss/],
      [() => new torch.SGD([a]).step(() => a.sum(), { clipGradNorm: 1, normType: 0 }), /normType is a number above 0/],
      [() => new torch.StepLR(of, 0), /stepSize is an integer of 1 or more; got 0/],
      [() => new torch.StepLR([a] as never, 3), /takes an optimizer first/],
      [() => new torch.MultiStepLR(of, 3 as never), /milestones are the epochs/],
      [() => new torch.LinearLR(of, { startFactor: 0 }), /startFactor is above 0/],
      [() => new torch.LambdaLR(of, 3 as never), /takes a function from the epoch to a factor; got 3/],
      [() => new torch.ReduceLROnPlateau(of, { mode: 'least' as never }), /mode is 'min' or 'max'; got 'least'/],
      [() => new torch.ReduceLROnPlateau(of, { factor: 1 }), /factor is below 1/],
      [() => new torch.ReduceLROnPlateau(of).step(undefined as never), /takes the metric of the epoch/],
      [() => new torch.OneCycleLR(of, { maxLr: 1 }), /totalSteps is an integer of 1 or more; got NaN/],
      [() => new torch.OneCycleLR(descent('Adagrad'), 1, 9), /neither momentum nor betas/],
      [() => new torch.SequentialLR(of, [new torch.StepLR(of, 1)], [3]), /one milestone fewer/],
    ];
    for (const [make, message] of refused) assert.throws(make, message);
    const cycle = new torch.OneCycleLR(of, 1, 2);
    cycle.step();
    cycle.step();
    assert.throws(() => cycle.step(), /the cycle has 2 steps; this is step 3/);
  });
});

test('an optimizer begins anew after dispose', () => {
  for (const make of [(p: tf.Variable[]) => new torch.NAdam(p), (p: tf.Variable[]) => new torch.Adam(p, 0.1)]) {
    const x = tf.variable(tf.scalar(1));
    const of = make([x]);
    const run = () => {
      x.assign(tf.scalar(1));
      for (let i = 0; i < 3; i++) of.step(() => x.square());
      return x.dataSync()[0];
    };
    const first = run();
    of.dispose();
    assert.equal(run(), first);
  }
});
