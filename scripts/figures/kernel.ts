/** The weights of an LSTM(50) on one input, drawn to scale. */
import { card, gate, heading, rect, remark, text, tint } from './svg';

const scale = 3;
const units = 50;
const order = ['input', 'forget', 'candidate', 'output'] as const;

export function kernelToScale(): string {
  const [left, top] = [60, 112];
  const band = units * scale;
  const bottom = top + (units + 1) * scale;
  return card(
    {
      height: 390,
      title: 'The weights of an LSTM(50) on one input, to scale',
      desc: 'A block 200 wide and 51 high in four bands of 50 columns: input gate blue, forget gate vermilion, candidate green, output gate pink. The topmost of the 51 rows, one line thin, is all that sees the input; the 50 rows below look at the layer’s own past. A separate row of 200 biases stands below.',
    },
    heading('10,400 numbers, drawn to scale'),
    ...order.flatMap((name, i) => [
      text(left + band * (i + 0.5), top - 16, name, { size: 14, weight: 'bold' }),
      rect(left + band * i, top, band - 1.5, scale, { fill: gate[name], r: 0 }),
      rect(left + band * i, top + scale + 1.5, band - 1.5, units * scale, { fill: tint(gate[name], 'half'), r: 0 }),
      rect(left + band * i, bottom + 34, band - 1.5, scale, { fill: gate[name], r: 0 }),
      text(left + band * (i + 0.5), top + 86, '50 × 50', { size: 15 }),
    ]),
    text(left - 8, top + 6, '1', { size: 13, anchor: 'end' }),
    text(left - 8, top + 86, '50', { size: 13, anchor: 'end' }),
    text(left - 8, bottom + 40, '1', { size: 13, anchor: 'end' }),
    remark(left, bottom + 24, 'and one row of 200 biases:'),
    remark(left, bottom + 66, [
      'The thin row on top is the kernel, 1 × 200: everything that sees the input.',
      'The block is the recurrent kernel, 50 × 200: it sees the layer’s own past.',
      '96 % of the (1 + 50 + 1) × 200 = 10,400 numbers are there.',
    ]),
  );
}
