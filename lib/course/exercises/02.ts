import { defineExercises, fn, number } from '../exercise';
import * as params from '../../models/params';

export default defineExercises({
  '02.1': {
    question: 'How many numbers does Bidirectional(LSTM(64)) learn on 128 features?',
    check: number({
      expected: params.bidirectional(params.lstm(64, 128)),
      hint: 'A bidirectional layer is two layers, each with weights of its own; what does one of them have?',
      mistakes: [
        { value: params.lstm(64, 128), hint: 'That is one direction. How many directions are there?' },
        {
          value: params.lstm(128, 128),
          hint: 'Two layers of 64 units are not one layer of 128: neither sees the other.',
        },
        { value: params.torchLSTM(128, 64, { bidirectional: true }), hint: 'Keras has one bias a block, not two.' },
      ],
    }),
    praise: 'Right: two LSTMs of 49,408 numbers each.',
  },
  '02.2': {
    question: 'What is the largest number of units whose LSTM on 32 features stays within 100,000 parameters?',
    check: number({
      expected: 142,
      hint: 'Set 4u(32 + u + 1) equal to 100,000 and solve for u; then round to the side that fits.',
      mistakes: [
        { value: 143, hint: 'One too many: count the parameters of that layer.' },
        { value: 158, hint: 'Did you forget the input kernel and the bias? They take their share of the budget.' },
      ],
    }),
    praise: 'Right: 142 units take 99,400 parameters, and one unit more takes 100,672.',
  },
  '02.3': {
    question: 'Write stack(units, features): the parameters of LSTM layers on top of each other.',
    check: fn<[number[], number]>({
      random: (stream) => [
        Array.from({ length: stream.integer(1, 4) }, () => stream.integer(1, 100)),
        stream.integer(1, 100),
      ],
      expected: (units, features) =>
        units.reduce((total, u, layer) => total + params.lstm(u, layer === 0 ? features : units[layer - 1]), 0),
      hint: 'The first layer reads the features; what does each later layer read?',
    }),
    praise: 'Right: each layer reads the units of the one below it.',
  },
  '02.4': {
    question: 'How many parameters has nn.LSTM(input_size=10, hidden_size=20, num_layers=2, bidirectional=True)?',
    check: number({
      expected: params.torchLSTM(10, 20, { numLayers: 2, bidirectional: true }),
      hint: 'Both directions of the first layer are joined before the second layer reads them; and PyTorch has two biases.',
      mistakes: [
        {
          value: 2 * params.torchLSTM(10, 20, { numLayers: 2 }),
          hint: 'What does each direction of the second layer read?',
        },
        {
          value: 2 * params.lstm(20, 10) + 2 * params.lstm(20, 40),
          hint: 'That is how Keras counts. PyTorch has one bias vector more for each layer and direction.',
        },
      ],
    }),
    praise: 'Right: 2 × 2,560 for the first layer and 2 × 4,960 for the second, which reads 40 features.',
  },
});
