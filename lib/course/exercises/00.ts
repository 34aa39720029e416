import { defineExercises, fn, number } from '../exercise';
import * as params from '../../models/params';

export default defineExercises({
  '00.1': {
    question: "At which time step, counted from 0, does the colleague's x hold what the network must not see?",
    check: number({
      expected: 30,
      hint: 'Which step of the data does y hold? Is it among those of x?',
      mistakes: [
        { value: 31, hint: 'x has 31 steps, and the first one is step 0.' },
        { value: 29, hint: 'That is the last value that the network may see: the lazy forecast uses it too.' },
      ],
    }),
    praise: 'Right: step 30 is the target itself. An error that is too good is a reason to look for a leak.',
  },
  '00.2': {
    question: 'How many numbers did the first LSTM learn, dense layer included?',
    check: number({
      expected: params.lstm(16, 1) + params.dense(1, 16),
      hint: 'Ask model.countParams(), or count: lesson 02 shows how.',
      mistakes: [{ value: params.lstm(16, 1), hint: 'That is the LSTM alone; the dense layer learns too.' }],
    }),
    praise: 'Right: 1,152 in the LSTM and 17 in the dense layer. Lesson 02 derives both.',
  },
  '00.3': {
    question:
      'Write steady(values): the next value if the series goes on as it went from the last but one value to the last.',
    check: fn<[number[]]>({
      random: (stream) => [Array.from({ length: stream.integer(2, 6) }, () => stream.integer(-9, 9))],
      expected: (values) => 2 * values.at(-1)! - values.at(-2)!,
      hint: 'The step from the last but one to the last value, added to the last.',
    }),
    praise: 'Right. Whether it beats the lazy forecast is a question for the data: the solution measures it.',
  },
});
