import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import { exercise } from '../../lib/course';
import * as layers from '../../lib/layers';
import { deviation, mean } from '../../lib/series';

const passes = async (id: string, answer: unknown) => (await exercise(id).check(answer).verdict).passed;

describe('bugs to find', () => {
  test('04b.2: a target that begins in the window is found, and a day left out', async () => {
    const cutWindows = (gap: number) => (values: number[], size: number, horizon: number) =>
      Array.from({ length: values.length - size - horizon + 1 }, (_, i) => [
        values.slice(i, i + size),
        values.slice(i + size + gap, i + size + gap + horizon),
      ]);
    assert.equal(await passes('04b.2', cutWindows(-1)), false);
    assert.equal(await passes('04b.2', cutWindows(1)), false);
    assert.equal(await passes('04b.2', cutWindows(0)), true);
  });

  test('04b.3: an error from single days is found, and a stretch that is not whole', async () => {
    const errorOfMean =
      (cut: (errors: number[], length: number) => number[], count: (errors: number[], length: number) => number) =>
      (errors: number[], length: number) => {
        const means = cut(errors, length);
        return deviation(means) / Math.sqrt(count(errors, length));
      };
    const stretches = (round: (n: number) => number) => (errors: number[], length: number) =>
      Array.from({ length: round(errors.length / length) }, (_, k) => mean(errors.slice(k * length, (k + 1) * length)));
    const whole = (errors: number[], length: number) => Math.floor(errors.length / length);
    const days = (errors: number[]) => errors.length;
    assert.equal(
      await passes(
        '04b.3',
        errorOfMean((errors) => errors, days),
      ),
      false,
    );
    assert.equal(await passes('04b.3', errorOfMean(stretches(Math.floor), days)), false);
    assert.equal(await passes('04b.3', errorOfMean(stretches(Math.ceil), whole)), false);
    assert.equal(await passes('04b.3', errorOfMean(stretches(Math.floor), whole)), true);
  });

  test('05b.2: a mean over groups is found', async () => {
    type Groups = { count: number; said: number; came: number }[];
    const distance = (weight: (count: number) => number) => (groups: Groups) =>
      groups.reduce((sum, { count, said, came }) => sum + weight(count) * Math.abs(said - came), 0) /
      groups.reduce((sum, { count }) => sum + weight(count), 0);
    assert.equal(
      await passes(
        '05b.2',
        distance(() => 1),
      ),
      false,
    );
    assert.equal(
      await passes(
        '05b.2',
        distance((count) => count),
      ),
      true,
    );
  });

  test('05b.3: mistakes on one side only are found, a share of all answers, and a division by no mistake', async () => {
    const byOne =
      (isNear: (by: number) => boolean, isCounted: (by: number) => boolean, none = 0) =>
      (confusion: number[][]) => {
        const cells = confusion.flatMap((row, truth) => row.map((count, guess) => ({ count, by: guess - truth })));
        const sum = (keep: (by: number) => boolean) =>
          cells.reduce((all, { count, by }) => all + (keep(by) ? count : 0), 0);
        return sum(isCounted) === 0 ? none : sum(isNear) / sum(isCounted);
      };
    const near = (by: number) => Math.abs(by) === 1;
    const wrong = (by: number) => by !== 0;
    assert.equal(
      await passes(
        '05b.3',
        byOne((by) => by === 1, wrong),
      ),
      false,
    );
    assert.equal(
      await passes(
        '05b.3',
        byOne(near, () => true),
      ),
      false,
    );
    assert.equal(await passes('05b.3', byOne(near, wrong, NaN)), false);
    assert.equal(await passes('05b.3', byOne(near, wrong)), true);
  });

  test('06.5: spreads that are not divided by the root of n, or not squared, are found', async () => {
    const standsOut = (error: (a: number[], b: number[]) => number) => (a: number[], b: number[]) =>
      Math.abs(mean(a) - mean(b)) > 2 * error(a, b);
    const errorOfMean = (a: number[]) => deviation(a) / Math.sqrt(a.length);
    const errors: [error: (a: number[], b: number[]) => number, isRight: boolean][] = [
      [(a, b) => deviation(a) + deviation(b), false],
      [(a, b) => Math.hypot(deviation(a), deviation(b)), false],
      [(a, b) => errorOfMean(a) + errorOfMean(b), false],
      [(a, b) => Math.hypot(errorOfMean(a), errorOfMean(b)), true],
    ];
    for (const [error, isRight] of errors) assert.equal(await passes('06.5', standsOut(error)), isRight);
  });

  test('06b.2: a sort by text is found', async () => {
    const paddedSteps = (sort: (lengths: number[]) => number[]) => (lengths: number[], size: number) => {
      const sorted = sort([...lengths]);
      let steps = 0;
      for (let from = 0; from < sorted.length; from += size) {
        const batch = sorted.slice(from, from + size);
        steps += batch.length * Math.max(...batch);
      }
      return steps;
    };
    const byText = paddedSteps((lengths) => lengths.sort());
    const byNumber = paddedSteps((lengths) => lengths.sort((a, b) => a - b));
    assert.equal(await passes('06b.2', byText), false);
    assert.equal(await passes('06b.2', byNumber), true);
  });

  test('06b.3: padding in the sum is found, and padding in the divisor', async () => {
    const meanState = (added: boolean, counted: boolean) => (states: number[][][], lengths: number[]) =>
      states.map((sequence, row) =>
        sequence[0].map((_, unit) => {
          const real = added ? sequence : sequence.slice(0, lengths[row]);
          return real.reduce((sum, state) => sum + state[unit], 0) / (counted ? sequence.length : lengths[row]);
        }),
      );
    assert.equal(await passes('06b.3', meanState(true, true)), false);
    assert.equal(await passes('06b.3', meanState(true, false)), false);
    assert.equal(await passes('06b.3', meanState(false, true)), false);
    assert.equal(await passes('06b.3', meanState(false, false)), true);
  });

  test('07.5: a softmax over the batch is found', async () => {
    const pool = (axis: number) => (scores: number[][], states: number[][][]) =>
      tf.tidy(() => {
        const e = tf.exp(tf.tensor2d(scores));
        const weights = e.div(e.sum(axis, true)).expandDims(2);
        return tf.tensor3d(states).mul(weights).sum(1).arraySync();
      });
    assert.equal(await passes('07.5', pool(0)), false);
    assert.equal(await passes('07.5', pool(1)), true);
  });

  test('07b.3: a film on both sides is found, and reviews counted in place of films', async () => {
    const byReview = (films: string[], every: number) =>
      films.map((_, place) => place).filter((place) => (place + 1) % every === 0);
    const byFilm = (films: string[], every: number) => {
      const order = [...new Set(films)];
      return films.map((_, place) => place).filter((place) => (order.indexOf(films[place]) + 1) % every === 0);
    };
    const wholeFilms = (films: string[], every: number) => {
      const chosen = new Set(byReview(films, every).map((place) => films[place]));
      return films.map((_, place) => place).filter((place) => chosen.has(films[place]));
    };
    assert.equal(await passes('07b.3', byReview), false);
    assert.equal(await passes('07b.3', wholeFilms), false);
    assert.equal(await passes('07b.3', byFilm), true);
  });

  test('11.3: a scale of all values is found, and 11.4: a mean that looks ahead', async () => {
    const scaled = (all: boolean) => (values: number[], trainEnd: number) => {
      const seen = all ? values : values.slice(0, trainEnd);
      const [low, high] = [Math.min(...seen), Math.max(...seen)];
      return values.map((value) => (value - low) / (high - low));
    };
    assert.equal(await passes('11.3', scaled(true)), false);
    assert.equal(await passes('11.3', scaled(false)), true);
    const smooth = (before: number) => (values: number[], size: number) =>
      values.map((_, i) => {
        const around = values.slice(
          Math.max(0, i - Math.round(before * (size - 1))),
          i + Math.round((1 - before) * (size - 1)) + 1,
        );
        return around.reduce((sum, value) => sum + value, 0) / around.length;
      });
    assert.equal(await passes('11.4', smooth(0.5)), false);
    assert.equal(await passes('11.4', smooth(1)), true);
  });

  test('12.2: a test that changes only the last token, or blames an answer for its own token, is found', async () => {
    type Writer = (previous: number[]) => number[];
    const previous = [3, 1, 4, 1, 5];
    const test = (places: number[], reach: number) => (write: Writer) =>
      places.some((place) => {
        const changed = write(previous.map((token, t) => (t === place ? token + 7 : token)));
        return write(previous).some((answer, t) => t < place + reach && answer !== changed[t]);
      });
    assert.equal(await passes('12.2', test([0, 1, 2, 3, 4], 0)), true);
    assert.equal(await passes('12.2', test([0, 1, 2, 3, 4], 1)), false);
    assert.equal(await passes('12.2', test([1, 2], 0)), false);
    assert.equal(await passes('12.2', () => true), false);
    assert.equal(await passes('12.2', () => false), false);
  });

  test('12.5: a mask that multiplies scores, or weights that no longer add up to 1, is found', async () => {
    const attend =
      (mend: (scores: tf.Tensor, mask: tf.Tensor) => tf.Tensor) => (scores: number[][], tokens: number[][]) =>
        tf.tidy(() =>
          mend(tf.tensor2d(scores), tf.tensor2d(tokens).notEqual(0).cast('float32')).arraySync(),
        ) as number[][];
    assert.equal(
      await passes(
        '12.5',
        attend((scores, mask) => tf.softmax(scores.mul(mask))),
      ),
      false,
    );
    assert.equal(
      await passes(
        '12.5',
        attend((scores, mask) => tf.softmax(scores).mul(mask)),
      ),
      false,
    );
    assert.equal(
      await passes(
        '12.5',
        attend((scores, mask) => tf.softmax(scores.add(mask.sub(1).mul(1e9)))),
      ),
      true,
    );
  });

  test('13.2: numbers that the network does not know are found, and the other end', async () => {
    const numbersOf =
      (known: (number: number, numWords: number) => boolean, end: (maxLen: number) => [number, number?]) =>
      (words: string[], table: Record<string, number>, numWords: number, maxLen: number) =>
        words.map((word) => (known(table[word] ?? Infinity, numWords) ? table[word] : 1)).slice(...end(maxLen));
    const below = (number: number, numWords: number) => number < numWords;
    const any = (number: number) => number < Infinity;
    assert.equal(
      await passes(
        '13.2',
        numbersOf(any, (maxLen) => [-maxLen]),
      ),
      false,
    );
    assert.equal(
      await passes(
        '13.2',
        numbersOf(below, (maxLen) => [0, maxLen]),
      ),
      false,
    );
    assert.equal(
      await passes(
        '13.2',
        numbersOf(below, (maxLen) => [-maxLen]),
      ),
      true,
    );
  });

  test('13b.1: a mean of percentiles is found, and a percentile of percentiles', async () => {
    const percentile = (times: number[], p: number) =>
      [...times].sort((a, b) => a - b)[Math.ceil((p / 100) * times.length) - 1];
    type Overall = (workers: number[][], p: number) => number;
    const ofEach = (combine: (values: number[], p: number) => number): Overall => {
      return (workers, p) =>
        combine(
          workers.map((times) => percentile(times, p)),
          p,
        );
    };
    assert.equal(await passes('13b.1', ofEach(mean)), false);
    assert.equal(await passes('13b.1', ofEach(percentile)), false);
    assert.equal(await passes('13b.1', (workers: number[][], p: number) => percentile(workers.flat(), p)), true);
  });

  test('13b.2: waits from when a request was sent are found, and delays that never end', async () => {
    const waits = (measuredFrom: 'due' | 'sent', idle: boolean) => (due: number[], takes: number[]) => {
      let free = 0;
      return due.map((at, i) => {
        const sent = idle ? Math.max(free, at) : free;
        free = sent + takes[i];
        return free - (measuredFrom === 'due' ? at : sent);
      });
    };
    assert.equal(await passes('13b.2', waits('sent', true)), false);
    assert.equal(await passes('13b.2', waits('due', false)), false);
    assert.equal(await passes('13b.2', waits('due', true)), true);
  });

  test('13b.3: answers in the order of the batches are found', async () => {
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
    const sorted = (requests: number[][]) => [...requests].sort((a, b) => a.length - b.length);
    assert.equal(await passes('13b.3', (requests: number[][]) => sorted(requests).map(sum)), false);
    assert.equal(await passes('13b.3', (requests: number[][]) => requests.map(sum)), true);
  });

  test('13.3: gates in the order of Keras are found, and a kernel that is not transposed', async () => {
    const transposed = (kernel: number[][]) => kernel[0].map((_, column) => kernel.map((row) => row[column]));
    const swapped = (rows: number[][]) => {
      const units = rows.length / 3;
      return [...rows.slice(units, 2 * units), ...rows.slice(0, units), ...rows.slice(2 * units)];
    };
    assert.equal(await passes('13.3', transposed), false);
    assert.equal(await passes('13.3', (kernel: number[][]) => transposed(swapped(transposed(kernel)))), false);
    assert.equal(await passes('13.3', (kernel: number[][]) => swapped(transposed(kernel))), true);
  });

  test('14.3: a count that is not exact, and one that takes both letters for the same, are found', async () => {
    const counter = (forget: number, sign: number) => {
      const input = tf.input({ shape: [null, 2] });
      const units = [layers.lstm({ units: 1 }), layers.dense({ units: 2, activation: 'relu' })];
      const end = layers.dense({ units: 1, activation: 'sigmoid' });
      const output = [...units, end].reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
      const network = tf.model({ inputs: input, outputs: output });
      network.setWeights([
        tf.tensor2d([
          [0, 0, 100, 0],
          [0, 0, 100 * sign, 0],
        ]),
        tf.zeros([1, 4]),
        tf.tensor1d([100, forget, 0, 100]),
        tf.tensor2d([[1, -1]]),
        tf.zeros([2]),
        tf.tensor2d([[-40], [-40]]),
        tf.tensor1d([15]),
      ]);
      return network;
    };
    assert.equal(await passes('14.3', counter(100, -1)), true);
    assert.equal(await passes('14.3', counter(5, -1)), false);
    assert.equal(await passes('14.3', counter(100, 1)), false);
  });

  test('14.4: attention without a mask, and layers that know places by themselves, are found', async () => {
    const over = (...stack: tf.layers.Layer[]) => {
      const input = tf.input({ shape: [6, 8] });
      const output = stack.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
      return tf.model({ inputs: input, outputs: output });
    };
    const heads = (useCausalMask: boolean) => layers.multiHeadAttention({ numHeads: 2, keyDim: 4, useCausalMask });
    assert.equal(await passes('14.4', over(heads(true))), true);
    assert.equal(await passes('14.4', over(heads(false))), false);
    assert.equal(await passes('14.4', over(heads(false), layers.conv1d({ filters: 8, kernelSize: 2 }))), false);
    assert.equal(await passes('14.4', over(layers.dense({ units: 8 }))), false);
  });

  test('14.5: the nearest point is found, and the lowest loss', async () => {
    type Curve = { seconds: number; loss: number }[];
    const nearest = (curve: Curve, budget: number) =>
      curve.reduce((a, b) => (Math.abs(b.seconds - budget) < Math.abs(a.seconds - budget) ? b : a)).loss;
    const lowest = (curve: Curve, budget: number) =>
      Math.min(...curve.filter(({ seconds }) => seconds <= budget).map(({ loss }) => loss));
    const last = (curve: Curve, budget: number) => curve.filter(({ seconds }) => seconds <= budget).at(-1)!.loss;
    assert.equal(await passes('14.5', nearest), false);
    assert.equal(await passes('14.5', lowest), false);
    assert.equal(await passes('14.5', last), true);
  });

  test('08.2: an input gate of its own, or a gate that is not opened by a sigmoid, is found', async () => {
    const open = (x: number) => 1 / (1 + Math.exp(-x));
    const step =
      (share: (f: number) => number) =>
      (z: { f: number; g: number; o: number }, c: number): [number, number] => {
        const carry = open(z.f) * c + share(z.f) * Math.tanh(z.g);
        return [open(z.o) * Math.tanh(carry), carry];
      };
    assert.equal(await passes('08.2', step(open)), false);
    assert.equal(
      await passes(
        '08.2',
        step(() => 1),
      ),
      false,
    );
    assert.equal(
      await passes(
        '08.2',
        step((f) => 1 - f),
      ),
      false,
    );
    assert.equal(
      await passes(
        '08.2',
        step((f) => open(-f)),
      ),
      true,
    );
  });

  test('08.3: pairs joined in the wrong order are found', async () => {
    type Pairs = [number, number][];
    const joined = (steps: Pairs) => steps.reduce(([a, v], [b, w]) => [b * a, b * v + w], [1, 0]);
    assert.equal(await passes('08.3', joined), true);
    assert.equal(await passes('08.3', (steps: Pairs) => joined([...steps].reverse())), false);
  });

  test('08.5: a mean that takes out a constant, or only guards against large exponents, is found', async () => {
    const mended = (factor: (inputs: number[]) => number) => (inputs: number[], values: number[]) => {
      const weights = inputs.map((i) => Math.exp(i - factor(inputs)));
      return (
        values.reduce((sum, value, t) => sum + weights[t] * value, 0) / weights.reduce((sum, weight) => sum + weight, 0)
      );
    };
    assert.equal(
      await passes(
        '08.5',
        mended((inputs) => Math.max(...inputs)),
      ),
      true,
    );
    assert.equal(
      await passes(
        '08.5',
        mended((inputs) => Math.max(0, ...inputs)),
      ),
      false,
    );
    assert.equal(
      await passes(
        '08.5',
        mended(() => 700),
      ),
      false,
    );
  });
});
