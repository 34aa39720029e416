import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import { displaySymbol } from '../../lib/notebook';
import { exercise, lessonExercises, lessonsWithExercises } from '../../lib/course';
import {
  choice,
  Exercise,
  fn,
  hint,
  model,
  number,
  tensor,
  text,
  type ExerciseDefinition,
} from '../../lib/course/exercise';

const check = async (definition: ExerciseDefinition, answer: unknown) =>
  new Exercise('99.1', definition).check(answer).verdict;
const judge = (checker: ExerciseDefinition['check']) => (answer: unknown) =>
  check({ question: 'Q?', check: checker }, answer);

describe('exercise', () => {
  test('reports id and outcome in the bundle that shows it', async () => {
    const definition = {
      question: 'Q?',
      check: number({ expected: 4, hint: 'Count <again>.' }),
      praise: 'Well counted.',
    };
    const right = await new Exercise('02.1', definition).check(4)[displaySymbol]();
    assert.deepEqual(right['application/vnd.lstm-lab.exercise+json'], { id: '02.1', passed: true });
    assert.equal(right['text/plain'], '✓ Well counted.');
    const wrong = await new Exercise('02.1', definition).check(5)[displaySymbol]();
    assert.deepEqual(wrong['application/vnd.lstm-lab.exercise+json'], { id: '02.1', passed: false });
    assert.equal(wrong['text/plain'], '→ Not yet. Count <again>.');
    assert.match(String(wrong['text/html']), /Count &lt;again&gt;\./);
  });

  test('takes a missing answer for an unanswered question, and a throwing checker for a hint', async () => {
    const never = () => {
      throw new Error('boom');
    };
    for (const blank of [undefined, null, '', []]) {
      assert.deepEqual(await judge(never)(blank), hint('Not answered yet. Q?'));
    }
    assert.match((await judge(never)(1)).message, /could not use this answer \(boom\)/);
    assert.equal((await judge(never)(Promise.reject(new Error('late')))).passed, false);
  });

  test('waits for an answer that is a promise, and for a checker that is one', async () => {
    const checker = number({ expected: 4, hint: 'H' });
    assert.equal((await judge(checker)(Promise.resolve(4))).passed, true);
    assert.equal((await judge(async (answer) => checker(answer))(4)).passed, true);
  });

  test('names what exists when the id does not', () => {
    assert.throws(() => exercise('98.1'), /lesson 98 has no exercises/);
    assert.throws(() => exercise('__proto__'), /has no exercises/);
  });
});

describe('checkers', () => {
  test('number: tolerance, known mistakes, other kinds', async () => {
    const judgeNumber = judge(
      number({ expected: 10, absolute: 0.5, hint: 'H', mistakes: [{ value: 20, hint: 'That is twice.' }] }),
    );
    assert.equal((await judgeNumber(10.4)).passed, true);
    assert.equal((await judgeNumber(20)).message, 'Not yet. That is twice.');
    assert.equal((await judgeNumber(0)).message, 'Not yet. H');
    assert.match((await judgeNumber('ten')).message, /answer is a number, and this is a string/);
    assert.match((await judgeNumber(NaN)).message, /this is NaN/);
  });

  test('text and choice', async () => {
    const judgeText = judge(text({ expected: ['forget gate', /^f$/], hint: 'H' }));
    assert.equal((await judgeText('  Forget   Gate ')).passed, true);
    assert.equal((await judgeText('f')).passed, true);
    assert.equal((await judgeText('input gate')).passed, false);
    const judgeChoice = judge(choice({ correct: 'b', why: { a: 'Why a?', c: 'Why c?' } }));
    assert.equal((await judgeChoice('B')).passed, true);
    assert.equal((await judgeChoice('a')).message, 'Not yet. Why a?');
    assert.equal((await judgeChoice('z')).message, 'Answer with one of a, b, c.');
  });

  test('fn: random cases, wrong values, throws, nothing returned', async () => {
    const judgeFn = judge(
      fn<[number, number]>({
        random: (s) => [s.integer(1, 9), s.integer(1, 9)],
        expected: (a, b) => [a * b],
        hint: 'H',
      }),
    );
    assert.equal((await judgeFn((a: number, b: number) => Float32Array.of(a * b))).passed, true);
    assert.equal((await judgeFn((a: number, b: number) => tf.tensor([a * b]))).passed, true);
    assert.match(
      (await judgeFn((a: number, b: number) => [a + b])).message,
      /For \(\d, \d\) your function gives \[\d+\]\. H/,
    );
    assert.match((await judgeFn(() => undefined)).message, /returns nothing yet/);
    assert.match(
      (
        await judgeFn(() => {
          throw new Error('not written');
        })
      ).message,
      /your function threw: not written/,
    );
    assert.match((await judgeFn(3)).message, /a function, and this is 3/);
  });

  test('tensor: shape before values, without a leak', async () => {
    const judgeTensor = judge(tensor({ expected: () => tf.tensor([1, 2]), absolute: 1e-3, hint: 'H' }));
    const answers = [tf.tensor([1, 2.0005]), tf.tensor([[1, 2]]), tf.tensor([1, 3])];
    const before = tf.memory().numTensors;
    assert.equal((await judgeTensor(answers[0])).passed, true);
    assert.match((await judgeTensor(answers[1])).message, /The shape is \[1,2\]/);
    assert.match((await judgeTensor(answers[2])).message, /the values are not/);
    assert.equal((await judgeTensor([1, 2])).passed, true);
    assert.match((await judgeTensor(() => 1)).message, /is a tensor/);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose(answers);
  });

  test('model: the first condition that fails gives its hint', async () => {
    const judgeModel = judge(
      model({
        conditions: [
          { holds: (m) => m.countParams() <= 10, hint: 'Too many.' },
          { holds: (m) => m.layers.length === 1, hint: 'One layer.' },
        ],
        hint: 'Build it.',
      }),
    );
    const small = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    const large = tf.sequential({ layers: [tf.layers.dense({ units: 9, inputShape: [2] })] });
    assert.equal((await judgeModel(small)).passed, true);
    assert.equal((await judgeModel(large)).message, 'Not yet. Too many.');
    assert.match((await judgeModel({})).message, /is a model, and this is an object/);
    small.dispose();
    large.dispose();
  });
});

for (const lesson of lessonsWithExercises()) {
  test(`lesson ${lesson}: each exercise has a question, and takes no answer for a right one`, async () => {
    for (const [id, { question }] of Object.entries(lessonExercises(lesson)!)) {
      assert.ok(id.startsWith(`${lesson}.`), id);
      assert.ok(question.length > 10, `${id} asks nothing`);
      for (const stub of [undefined, 0, '', {}, () => undefined]) {
        const verdict = await exercise(id).check(stub).verdict;
        assert.equal(verdict.passed, false, `${id} passes ${String(stub)}`);
        assert.ok(verdict.message.length > 10, `${id} gives no hint`);
      }
    }
  });
}

describe('the checkers of lesson 07', () => {
  const softmax = (scores: number[]) => {
    const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  };
  const verdict = async (id: string, answer: unknown) => {
    const shown = await exercise(id).check(answer)[displaySymbol]();
    return (shown['application/vnd.lstm-lab.exercise+json'] as { passed: boolean }).passed;
  };

  test('07.2: masks anywhere, and scores whose exponential overflows', async () => {
    const masked = (scores: number[], mask: number[]) => softmax(scores.map((s, i) => (mask[i] ? s : -Infinity)));
    assert.equal(await verdict('07.2', masked), true);
    const trailing = (scores: number[], mask: number[]) => {
      const real = mask.reduce((a, b) => a + b);
      return [...softmax(scores.slice(0, real)), ...mask.slice(real).map(() => 0)];
    };
    assert.equal(await verdict('07.2', trailing), false, 'takes all padding to stand at the end');
    const overflowing = (scores: number[], mask: number[]) => {
      const powers = scores.map((score, i) => (mask[i] ? Math.exp(score) : 0));
      return powers.map((power) => power / powers.reduce((a, b) => a + b));
    };
    assert.equal(await verdict('07.2', overflowing), false, 'Infinity / Infinity');
    const zeroedAfter = (scores: number[], mask: number[]) => softmax(scores).map((weight, i) => weight * mask[i]);
    assert.equal(await verdict('07.2', zeroedAfter), false, 'masked behind the softmax');
  });

  test('07.3: the root, and the softmax over the keys', async () => {
    const attention = (root: (size: number) => number) => (q: number[][], k: number[][], v: number[][]) =>
      q.map((query) => {
        const scores = k.map((key) => key.reduce((sum, x, i) => sum + x * query[i], 0) / root(query.length));
        const weights = softmax(scores);
        return v[0].map((_, i) => v.reduce((sum, value, t) => sum + weights[t] * value[i], 0));
      });
    const without = attention(() => 1);
    assert.equal(await verdict('07.3', attention(Math.sqrt)), true);
    assert.equal(await verdict('07.3', without), false);
  });
});

describe('the checkers of lesson 07b', () => {
  test('07b.2: the counts are smoothed before they are added', async () => {
    const ratio = (smooth: number, inSum: number) => (positive: number[], negative: number[]) => {
      const share = (counts: number[]) => {
        const sum = counts.reduce((a, b) => a + b, 0) + inSum * counts.length;
        return counts.map((count) => (count + smooth) / sum);
      };
      const [p, q] = [share(positive), share(negative)];
      return p.map((value, word) => Math.log(value / q[word]));
    };
    const passes = async (answer: unknown) => (await exercise('07b.2').check(answer).verdict).passed;
    assert.equal(await passes(ratio(1, 1)), true);
    assert.equal(await passes(ratio(1, 0)), false);
    assert.equal(await passes(ratio(0, 0)), false);
  });
});
