/** The GRU cell: one belt, two gates, and a candidate that sees as much of the past as the reset gate allows. */
import { arrow, card, gate, heading, ink, labelled, node, rect, text, tint } from './svg';

const [belt, hidden, input, boxTop] = [100, 345, 378, 262];
const at = { reset: 190, update: 330, product: 425, candidate: 530 };

/** A box that reads hidden state and input from the two lines below it. */
const gateBox = (x: number, color: string, symbol: string): string[] => [
  arrow([x - 14, hidden, x - 14, boxTop + 36], { color: gate.hidden }),
  arrow([x + 14, input, x + 14, boxTop + 36], { color: ink.muted }),
  labelled(x - 38, boxTop, 76, 36, 'σ', { fill: tint(color, 'light'), stroke: color, width: 2 }, { size: 17 }),
  text(x - 8, boxTop - 14, symbol, { size: 16, anchor: 'end', italic: true }),
];

export const gruCell = (): string =>
  card(
    {
      height: 440,
      title: 'The GRU cell',
      desc: 'The hidden state runs along the top and is the belt as well. It is multiplied by the update gate z (vermilion); then the candidate (green), multiplied by one minus z, is added. The candidate reads the input and the last hidden state times the reset gate r (pink). Both gates read the last hidden state and the new input.',
    },
    heading('The GRU cell: the hidden state is the belt'),
    rect(84, 58, 566, 338, { stroke: ink.frame, r: 18 }),
    arrow([40, belt, at.update - 14, belt], { color: gate.hidden, width: 5 }),
    arrow([at.update + 14, belt, at.candidate - 14, belt], { color: gate.hidden, width: 5 }),
    arrow([at.candidate + 14, belt, 690, belt], { color: gate.hidden, width: 5 }),
    arrow([98, belt, 98, hidden, at.product, hidden, at.product, boxTop + 32], { color: gate.hidden, width: 2.2 }),
    arrow([60, 420, 60, input, at.candidate, input, at.candidate, boxTop + 36], { color: ink.muted, width: 2.2 }),
    arrow([at.reset, boxTop, at.reset, 222, at.product, 222, at.product, boxTop + 4], {
      color: gate.output,
      width: 2.2,
    }),
    arrow([at.update, boxTop, at.update, belt + 14], { color: gate.forget, width: 2.2 }),
    arrow([at.update, 185, at.candidate - 14, 185], { color: gate.forget, width: 2.2 }),
    arrow([at.product + 14, boxTop + 18, at.candidate - 38, boxTop + 18], { color: ink.text, width: 2.2 }),
    arrow([at.candidate, boxTop, at.candidate, 199], { color: gate.candidate, width: 2.2 }),
    arrow([at.candidate, 171, at.candidate, belt + 14], { color: gate.candidate, width: 2.2 }),
    ...gateBox(at.reset, gate.output, 'r_t'),
    ...gateBox(at.update, gate.forget, 'z_t'),
    labelled(
      at.candidate - 38,
      boxTop,
      76,
      36,
      'tanh',
      { fill: tint(gate.candidate, 'light'), stroke: gate.candidate, width: 2 },
      { size: 17 },
    ),
    text(at.candidate + 12, boxTop - 14, 'g_t', { size: 16, anchor: 'start', italic: true }),
    labelled(405, 170, 46, 30, '1 −', { fill: ink.paper, stroke: gate.forget, r: 15 }, { size: 15 }),
    node(at.update, belt, '×', gate.forget),
    node(at.candidate, belt, '+', gate.hidden),
    node(at.candidate, 185, '×', gate.candidate),
    node(at.product, boxTop + 18, '×', gate.output),
    text(at.reset - 46, boxTop + 24, 'reset', { size: 13, weight: 'bold', anchor: 'end' }),
    text(at.update - 46, boxTop + 24, 'update', { size: 13, weight: 'bold', anchor: 'end' }),
    text(at.candidate + 44, boxTop + 24, 'candidate', { size: 12, weight: 'bold', anchor: 'start' }),
    text(44, belt - 14, 'h_{t−1}', { size: 16, italic: true, anchor: 'start' }),
    text(688, belt - 14, 'h_t', { size: 16, italic: true, anchor: 'end' }),
    text(72, 418, 'x_t', { size: 16, italic: true, anchor: 'start' }),
    text(360, 424, 'drawn with the reset gate before the matrix, as in the paper of 2014', {
      size: 13,
      color: ink.muted,
    }),
  );
