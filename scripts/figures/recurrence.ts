/** Networks along the time axis: unrolled, backwards, bidirectional, stacked. */
import { cycle, model } from '../../lib/plot/colors';
import { arrow, card, circle, gate, heading, ink, labelled, line, rect, remark, text, tint, type Shape } from './svg';

const cellStyle: Shape = { fill: tint(gate.hidden, 'light'), stroke: gate.hidden, width: 2 };
const inputStyle: Shape = { fill: tint(ink.axis, 'faint'), stroke: ink.axis, width: 1.5 };
/** Of the loss and its gradient; no gate has it. */
const gradient = cycle[6];
const italic = { size: 15, italic: true } as const;

const cellBox = (x: number, y: number, label = 'A', style = cellStyle): string =>
  labelled(x - 29, y - 22, 58, 44, label, style, { size: 16, weight: 'bold' });

const dot = (x: number, y: number, label: string, style = inputStyle): string =>
  circle(x, y, 18, style) + text(x, y + 5, label, italic);

export function unrolling(): string {
  const y = 150;
  const steps = [0, 1, 2, 3].map((t) => 300 + 112 * t);
  const hidden = { fill: tint(gate.hidden, 'light'), stroke: gate.hidden, width: 1.5 };
  return card(
    {
      height: 320,
      title: 'A recurrent network, rolled up and unrolled',
      desc: 'On the left one cell A with a loop from itself to itself. On the right the same cell drawn once for each of four time steps: each takes an input from below and the hidden state from its left neighbour, and hands its hidden state up and to the right. All four copies share the same weights.',
    },
    heading('One cell with a loop is the same cell, once for each time step'),
    arrow([110, y + 76, 110, y + 22]),
    arrow([110, y - 22, 110, y - 54]),
    arrow([139, y + 8, 178, y + 8, 178, y - 44, 60, y - 44, 60, y + 8, 81, y + 8], { color: gate.hidden, width: 2.2 }),
    cellBox(110, y),
    dot(110, y + 95, 'x_t'),
    dot(110, y - 73, 'h_t', hidden),
    text(222, y + 7, '=', { size: 26 }),
    ...steps.flatMap((x, t) => [
      arrow([x, y + 76, x, y + 22]),
      arrow([x, y - 22, x, y - 54]),
      t < 3 ? arrow([x + 29, y, steps[t + 1] - 29, y], { color: gate.hidden, width: 2.2 }) : '',
      cellBox(x, y),
      dot(x, y + 95, `x_${t + 1}`),
      dot(x, y - 73, `h_${t + 1}`, hidden),
    ]),
    arrow([665, y, 700, y], { color: gate.hidden, width: 2.2 }),
    remark(468, y + 146, 'the same weights in every copy', 'middle'),
  );
}

export function backpropagation(): string {
  const y = 130;
  const steps = [0, 1, 2, 3, 4].map((t) => 110 + 120 * t);
  const widths = [1, 1.6, 2.6, 4.2];
  const loss = { fill: tint(gradient, 'light'), stroke: gradient, width: 2 };
  return card(
    {
      height: 330,
      title: 'Backpropagation through time',
      desc: 'Five copies of a cell along time. Forward arrows run to the right. The loss stands behind the last step; from it a violet arrow runs back from copy to copy, thinner at each step. Each copy contributes its share to the one gradient of the shared weights below.',
    },
    heading('Backpropagation through time'),
    ...steps.map((x, t) =>
      t < 4 ? arrow([x + 29, y - 9, steps[t + 1] - 29, y - 9], { color: gate.hidden, width: 2.2 }) : '',
    ),
    ...steps.map((x, t) =>
      t < 4 ? arrow([steps[t + 1] - 29, y + 11, x + 29, y + 11], { color: gradient, width: widths[t] }) : '',
    ),
    arrow([619, y - 9, 650, y - 9], { color: ink.text }),
    arrow([650, y + 11, 619, y + 11], { color: gradient, width: 5 }),
    ...steps.map((x) => cellBox(x, y)),
    labelled(650, y - 24, 48, 48, 'L', loss, { size: 18, weight: 'bold' }),
    ...steps.map((x, t) =>
      arrow([x, y + 22, x, y + 84], { color: gradient, width: [1, 1, 1.6, 2.6, 4.2][t], dash: '1 6' }),
    ),
    ...steps.map((x, t) => text(x, y - 36, `t = ${t + 1}`, { size: 13, color: ink.muted })),
    labelled(
      70,
      y + 88,
      560,
      38,
      'one gradient for the shared weights: the sum over all steps',
      { fill: tint(gradient, 'faint'), stroke: gradient },
      { size: 14 },
    ),
    arrow([70, 290, 130, 290], { color: gate.hidden, width: 2.2 }),
    remark(140, 295, 'forward: the state'),
    arrow([370, 290, 310, 290], { color: gradient, width: 2.6 }),
    remark(380, 295, 'backward: the gradient, a product over the steps'),
  );
}

export function vanishingGradient(): string {
  const steps = Array.from({ length: 10 }, (_, i) => i);
  const row = (y: number, factor: number, color: string, name: string, says: string): string[] => [
    text(24, y - 42, name, { size: 14, weight: 'bold', anchor: 'start' }),
    text(700, y - 42, says, { size: 13, color: ink.muted, anchor: 'end' }),
    line(50, y, 660, y, { stroke: ink.frame, width: 1.5 }),
    ...steps.flatMap((i) => {
      const r = Math.max(0.8, 22 * Math.sqrt(factor ** i));
      const x = 660 - 66 * i;
      return [circle(x, y, Math.min(r, 31), { fill: tint(color, 'half'), stroke: color, width: 1.5 })];
    }),
  ];
  return card(
    {
      height: 400,
      title: 'Why gradients vanish or explode',
      desc: 'Three rows of ten discs, from the loss at the right back to the first step at the left; the area of a disc is the gradient. With a factor of 0.6 at each step the discs shrink to a point. With 1.08 they grow. Along the conveyor of an LSTM with a forget gate of 0.98 they shrink slowly: 83 % after nine steps, 13 % after a hundred.',
    },
    heading('The same factor, again and again'),
    ...row(
      118,
      0.6,
      model.simpleRNN,
      'factor 0.6 at each step',
      'left after nine steps: 1 %; after 100 steps: nothing (1e−22)',
    ),
    ...row(
      230,
      1.08,
      gradient,
      'factor 1.08 at each step',
      'after nine steps: twice as much; after 100 steps: 2,200 times',
    ),
    ...row(
      336,
      0.98,
      gate.cell,
      'along the conveyor, forget gate at 0.98',
      'left after nine steps: 83 %; after 100 steps: 13 %',
    ),
    text(660, 386, 'loss', { size: 13, color: ink.muted }),
    text(66, 386, 'first step', { size: 13, color: ink.muted }),
    arrow([620, 381, 110, 381], { color: ink.axis, width: 1.4 }),
  );
}

export function bidirectional(): string {
  const words = ['the', 'film', 'is', 'not', 'bad'];
  const steps = words.map((_, t) => 100 + 130 * t);
  const backward: Shape = { fill: tint(cycle[4], 'light'), stroke: cycle[4], width: 2 };
  const [top, low, aside] = [135, 210, 26];
  const narrow = (x: number, y: number, sign: string, style: Shape): string =>
    labelled(x - 22, y - 20, 44, 40, sign, style, { size: 17, weight: 'bold' });
  return card(
    {
      height: 350,
      title: 'A bidirectional layer',
      desc: 'Five words, each read by two cells: one of a layer that runs from left to right (light blue), one of a layer that runs from right to left (wine red). At each word the two hidden states are put side by side.',
    },
    heading('Bidirectional: two layers, one reads backwards'),
    ...steps.flatMap((x, t) => [
      arrow([x - aside, 282, x - aside, top + 20], { color: ink.axis }),
      arrow([x + aside, 282, x + aside, low + 20], { color: ink.axis }),
      t < 4 ? arrow([x - aside + 22, top, steps[t + 1] - aside - 22, top], { color: gate.hidden, width: 2.2 }) : '',
      t > 0 ? arrow([x + aside - 22, low, steps[t - 1] + aside + 22, low], { color: cycle[4], width: 2.2 }) : '',
      arrow([x - aside, top - 20, x - aside, 88], { color: gate.hidden }),
      arrow([x + aside, low - 20, x + aside, 88], { color: cycle[4] }),
      narrow(x - aside, top, '→', cellStyle),
      narrow(x + aside, low, '←', backward),
      rect(x - 48, 62, 48, 24, { fill: tint(gate.hidden, 'light'), stroke: gate.hidden, r: 3 }),
      rect(x, 62, 48, 24, { fill: tint(cycle[4], 'light'), stroke: cycle[4], r: 3 }),
      labelled(x - 48, 282, 96, 30, words[t], inputStyle, { size: 14 }),
    ]),
    remark(
      24,
      338,
      '“not” is known to the left-to-right layer only at the fourth word; the other layer has it before “film”.',
    ),
  );
}

export function stacked(): string {
  const steps = [0, 1, 2, 3].map((t) => 200 + 125 * t);
  const layers = [
    { y: 235, name: 'layer 1', color: gate.hidden },
    { y: 150, name: 'layer 2', color: cycle[3] },
  ];
  return card(
    {
      height: 370,
      title: 'Stacked layers',
      desc: 'Two recurrent layers over four time steps. The lower one reads the inputs and hands its hidden state of every step to the upper one (return sequences). Of the upper one only the last hidden state goes on to the dense layer.',
    },
    heading('Stacked: a sequence in, a sequence out, a last word'),
    ...layers.flatMap(({ y, name, color }, l) => [
      text(24, y - 4, name, { size: 14, weight: 'bold', anchor: 'start' }),
      text(24, y + 14, l ? 'last state only' : 'returns sequences', { size: 12, color: ink.muted, anchor: 'start' }),
      ...steps.flatMap((x, t) => [
        t < 3 ? arrow([x + 29, y, steps[t + 1] - 29, y], { color, width: 2.2 }) : '',
        arrow([x, y + (l ? 63 : 61), x, y + 22], { color: l ? gate.hidden : ink.text, width: 2 }),
        cellBox(x, y, `h_${t + 1}`, { fill: tint(color, 'light'), stroke: color, width: 2 }),
      ]),
    ]),
    ...steps.map((x, t) => dot(x, 315, `x_${t + 1}`)),
    arrow([575, 128, 575, 100], { color: cycle[3], width: 2.2 }),
    labelled(535, 64, 80, 36, 'Dense', { fill: tint(cycle[2], 'light'), stroke: cycle[2], width: 2 }, { size: 14 }),
    arrow([615, 82, 665, 82], { color: cycle[2], width: 2.2 }),
    text(684, 88, 'ŷ', { size: 17, italic: true }),
  );
}
