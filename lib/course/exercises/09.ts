import { choice, defineExercises, fn, number } from '../exercise';

export default defineExercises({
  '09.1': {
    question: 'What is the loss, in nats, of a model that gives each of 3,000 words the same probability?',
    check: number({
      expected: Math.log(3000),
      absolute: 0.01,
      hint: 'The loss of a word is minus the natural logarithm of its probability.',
      mistakes: [
        { value: 3000, hint: 'That is its perplexity. The loss is the logarithm of that.' },
        { value: Math.log2(3000), hint: 'Those are bits. Nats take the natural logarithm.' },
      ],
    }),
    praise: 'Right, and its perplexity is the size of the vocabulary.',
  },
  '09.2': {
    question: 'Write pairs(tokens): [inputs, targets] for a network with a target at every step.',
    check: fn<[number[]]>({
      random: (stream) => [Array.from({ length: stream.integer(2, 9) }, () => stream.integer(1, 99))],
      expected: (tokens) => [tokens.slice(0, -1), tokens.slice(1)],
      hint: 'The target at a step is the next token. The last token is no input, and the first no target.',
    }),
    praise: 'Right: shifted by one, and equally long.',
  },
  '09.3': {
    question: 'Write perplexityOf(probabilities): the perplexity of a model that gave these to the words that came.',
    check: fn<[number[]]>({
      random: (stream) => [Array.from({ length: stream.integer(1, 6) }, () => 0.01 + 0.98 * stream.uniform())],
      expected: (all) => Math.exp(-all.reduce((sum, p) => sum + Math.log(p), 0) / all.length),
      hint: 'Take the mean of -log p first, and the exponential of that mean.',
    }),
    praise: 'Right: it is the geometric mean of 1 / p.',
  },
  '09.4': {
    question: 'At which step does a bidirectional network with a target at every step not see its target?',
    check: choice({
      correct: 'b',
      why: {
        a: 'The target of the first step is the second word. Which half of the network has read it?',
        c: 'Where does the target of the last step stand: in the row, or behind it?',
      },
    }),
    praise: 'Right: only that word stands behind the row.',
  },
});
