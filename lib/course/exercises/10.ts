import { choice, defineExercises, fn, number } from '../exercise';

export default defineExercises({
  '10.1': {
    question: 'How many bits a character are 1.386 nats a character?',
    check: number({
      expected: 2,
      absolute: 0.01,
      hint: 'A bit is the uncertainty of one fair coin: how many nats is that?',
      mistakes: [{ value: 1.386 * Math.LN2, hint: 'A nat is more than a bit. You went the wrong way.' }],
    }),
    praise: 'Right: as uncertain as a choice among four equally likely characters.',
  },
  '10.2': {
    question: 'Write cool(probabilities, temperature): the distribution after dividing the logits by the temperature.',
    check: fn<[number[], number]>({
      random: (stream) => {
        const weights = Array.from({ length: stream.integer(2, 5) }, () => 0.05 + stream.uniform());
        const sum = weights.reduce((a, b) => a + b);
        return [weights.map((weight) => weight / sum), 0.25 + 2 * stream.uniform()];
      },
      expected: (probabilities, temperature) => {
        const powers = probabilities.map((p) => p ** (1 / temperature));
        const sum = powers.reduce((a, b) => a + b);
        return powers.map((power) => power / sum);
      },
      absolute: 1e-6,
      hint: 'The logits are the logarithms of the probabilities, up to a constant. What does exp(ln p / T) come to?',
    }),
    praise: 'Right: the temperature is an exponent, and then the distribution is made to add up to 1 again.',
  },
  '10.3': {
    question:
      'Which of these draws from many characters where the network is unsure, and from few where it is sure: (a) top-k, (b) top-p, (c) temperature 0?',
    check: choice({
      correct: 'b',
      why: {
        a: 'How many characters does k leave where the network is sure of the next one?',
        c: 'From how many characters is drawn at temperature 0?',
      },
    }),
    praise: 'Right: the nucleus is as large as it has to be to hold that much probability.',
  },
  '10.4': {
    question: 'Mend nextWindow(text, start, length): inputs and targets of one window.',
    check: fn<[number[], number, number]>({
      random: (stream) => {
        const text = Array.from({ length: stream.integer(8, 12) }, () => stream.integer(0, 9));
        return [text, stream.integer(0, 3), stream.integer(2, 4)];
      },
      expected: (text, start, length) => [text.slice(start, start + length), text.slice(start + 1, start + 1 + length)],
      hint: 'What is the network to say at a step: the character that it reads there, or the one after it?',
    }),
    praise: 'Right. A target that is not shifted is copied, and the loss falls to zero.',
  },
});
