import { defineExercises, fn, number } from '../exercise';

/** The places of all reviews whose film is the n-th, 2n-th, … in the order in which films first appear. */
function heldBack(films: string[], every: number): number[] {
  const rank = new Map<string, number>();
  for (const film of films) if (!rank.has(film)) rank.set(film, rank.size + 1);
  return films.map((_, place) => place).filter((place) => rank.get(films[place])! % every === 0);
}

export default defineExercises({
  '07b.1': {
    question:
      'Three classifiers err on one review in ten each, independently. Which share does their majority get wrong?',
    check: number({
      expected: 3 * 0.1 ** 2 * 0.9 + 0.1 ** 3,
      absolute: 1e-4,
      hint: 'The majority is wrong where at least two of the three are. In how many ways can exactly two be wrong?',
      mistakes: [
        { value: 0.001, hint: 'That is where all three are wrong. Two wrong votes are a majority, too.' },
        { value: 0.027, hint: 'That is where exactly two are wrong. And where all three are?' },
        { value: 0.009, hint: 'Those are two classifiers that you chose; any two of the three will do.' },
        { value: 0.01, hint: 'That is the share on which two given classifiers err together.' },
        { value: 2.8, hint: 'A share lies between 0 and 1.' },
      ],
    }),
    praise:
      'Right, if their mistakes were independent. In the project they are not: a second seed repeats most of them.',
  },
  '07b.2': {
    question:
      'Write ratio(positive, negative): the weight of each word in NB-SVM from its counts in both kinds of reviews.',
    check: fn<[number[], number[]]>({
      random: (stream) => {
        const width = stream.integer(1, 6);
        const counts = () => Array.from({ length: width }, () => stream.integer(0, 9));
        return [counts(), counts()];
      },
      expected: (positive, negative) => {
        const share = (counts: number[]) => {
          const smoothed = counts.map((count) => count + 1);
          const sum = smoothed.reduce((a, b) => a + b);
          return smoothed.map((count) => count / sum);
        };
        const [p, q] = [share(positive), share(negative)];
        return p.map((value, word) => Math.log(value / q[word]));
      },
      relative: 1e-6,
      absolute: 1e-9,
      hint: 'Add 1 to each count, divide by the sum of these (not by the sum of the counts), then take the logarithm of the quotient.',
    }),
    praise: 'Right: 0 for a word that tells nothing, and a finite number even for one that only positive reviews have.',
  },
  '07b.3': {
    question: 'Mend heldBack(films, every), so that no film has reviews on both sides.',
    check: fn<[string[], number]>({
      random: (stream) => {
        const names = ['Alien', 'Brazil', 'Casablanca', 'Dune', 'Eraserhead', 'Fargo'];
        return [
          Array.from({ length: stream.integer(4, 14) }, () => names[stream.integer(0, names.length - 1)]),
          stream.integer(2, 3),
        ];
      },
      expected: heldBack,
      hint: 'Number the films, not the reviews, in the order in which they first appear; a film is held back with all of its reviews.',
    }),
    praise: 'Right. A word such as the name of an actor can no longer give a label away.',
  },
});
