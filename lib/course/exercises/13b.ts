import { defineExercises, fn } from '../exercise';

const percentile = (times: number[], p: number): number =>
  [...times].sort((a, b) => a - b)[Math.ceil((p / 100) * times.length) - 1];

export default defineExercises({
  '13b.1': {
    question: 'Mend overall(workers, p): the percentile of all requests together.',
    check: fn<[number[][], number]>({
      random: (stream) => {
        const slow = stream.integer(0, 3);
        const workers = Array.from({ length: 4 }, (_, worker) =>
          Array.from({ length: stream.integer(1, 40) }, () => stream.integer(1, 50) * (worker === slow ? 20 : 1)),
        );
        return [workers, [50, 90, 99][stream.integer(0, 2)]];
      },
      expected: (workers, p) => percentile(workers.flat(), p),
      hint: 'A percentile cannot be made of percentiles. What would you need from each worker?',
    }),
    praise: 'Right. That is why a service reports counts in buckets: counts can be added.',
  },
  '13b.2': {
    question: 'Mend waits(due, takes): how long each person waits, from when they wanted to ask, with one connection.',
    check: fn<[number[], number[]]>({
      random: (stream) => {
        const count = stream.integer(2, 8);
        return [
          Array.from({ length: count }, (_, i) => 1000 * i),
          Array.from({ length: count }, () => (stream.integer(0, 4) === 0 ? 1000 * stream.integer(3, 6) : 100)),
        ];
      },
      expected: (due, takes) => {
        let free = 0;
        return due.map((at, i) => {
          free = Math.max(free, at) + takes[i];
          return free - at;
        });
      },
      hint: 'A request is sent when it is due, or when the one before it is answered, whichever comes last. The wait begins when it is due.',
    }),
    praise: 'Right. The mistake has a name, coordinated omission: who measures waits politely with the service.',
  },
  '13b.3': {
    question: 'Mend answerAll(requests, most): each request gets its own answer.',
    check: fn<[number[][], number]>({
      random: (stream) => [
        Array.from({ length: stream.integer(2, 7) }, () =>
          Array.from({ length: stream.integer(1, 5) }, () => stream.integer(1, 9)),
        ),
        stream.integer(1, 4),
      ],
      expected: (requests) => requests.map((numbers) => numbers.reduce((a, b) => a + b, 0)),
      hint: 'Who gets the first answer? Sort the places of the requests, not the requests.',
    }),
    praise: 'Right. An answer that goes to somebody else is worse than none: nobody sees it.',
  },
});
