import { backendInfo } from '../../backend';
import { defineExercises, number, text } from '../exercise';
import * as params from '../../models/params';

export default defineExercises({
  '00.1': {
    question: 'Which backend computes on this machine?',
    check: text({
      expected: backendInfo().name,
      hint: 'Look at the row \'name\' of the table under "What is installed".',
    }),
    praise: 'Right.',
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
    question: 'The lazy forecast has a mean squared error of 0.08, a network one of 0.004. How many times lower is it?',
    check: number({
      expected: 20,
      hint: 'Divide the one by the other.',
      mistakes: [{ value: 0.05, hint: 'You have divided the other way round.' }],
    }),
    praise: 'Right. A mean squared error of 0.004 says nothing by itself; "twenty times below the lazy forecast" does.',
  },
});
