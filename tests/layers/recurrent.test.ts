import { describe, test } from 'node:test';
import { assertParity, fixtures } from './parity';

describe('LSTM, GRU and SimpleRNN give the numbers and gradients of Keras', () => {
  for (const one of fixtures('recurrent.json')) test(one.name, () => assertParity(one));
});

describe('activations that the kernels do not know give the numbers and gradients of Keras', () => {
  for (const one of fixtures('activations.json')) test(one.name, () => assertParity(one));
});

describe('RNN over cells and Bidirectional give the numbers and gradients of Keras', () => {
  for (const one of fixtures('wrappers.json')) test(one.name, () => assertParity(one));
});
