/** Attention over the states of an encoder, and with several heads. */
import { arrow, card, cycle, gate, heading, ink, labelled, rect, remark, text, tint } from './svg';

const words = ['the', 'acting', 'is', 'wonderful', 'throughout'];
const weights = [0.04, 0.22, 0.05, 0.6, 0.09];

export function encoderAttention(): string {
  const steps = words.map((_, t) => 90 + 135 * t);
  const y = 270;
  return card(
    {
      height: 400,
      title: 'An encoder with attention',
      desc: 'Five words go through a recurrent layer. Each hidden state gets a weight, the weights add up to one: 0.04, 0.22, 0.05, 0.60 and 0.09. Lines as thick as the weights lead from the states to their weighted sum, the context, from which the answer is made.',
    },
    heading('Attention: a weighted look at every step'),
    ...steps.flatMap((x, t) => [
      t < 4 ? arrow([x + 29, y, steps[t + 1] - 29, y], { color: gate.hidden, width: 2.2 }) : '',
      arrow([x, 338, x, y + 22]),
      arrow([x, y - 22, x, 188], { color: cycle[3], width: 1 + 9 * weights[t], head: false }),
      arrow([x, 160, x + (360 - x) * 0.86, 118], { color: cycle[3], width: 1 + 9 * weights[t], head: false }),
      labelled(
        x - 29,
        y - 22,
        58,
        44,
        `h_${t + 1}`,
        { fill: tint(gate.hidden, 'light'), stroke: gate.hidden, width: 2 },
        { size: 16, italic: true },
      ),
      labelled(
        x - 30,
        158,
        60,
        30,
        weights[t].toFixed(2),
        {
          fill: tint(cycle[3], weights[t] > 0.5 ? 'half' : weights[t] > 0.2 ? 'light' : 'faint'),
          stroke: cycle[3],
          r: 15,
        },
        { size: 14 },
      ),
      labelled(x - 48, 338, 96, 30, words[t], { fill: tint(ink.axis, 'faint'), stroke: ink.axis }, { size: 14 }),
    ]),
    labelled(
      300,
      74,
      120,
      44,
      'context',
      { fill: tint(cycle[3], 'light'), stroke: cycle[3], width: 2 },
      { size: 15, weight: 'bold' },
    ),
    arrow([420, 96, 505, 96]),
    labelled(505, 76, 80, 40, 'Dense', { fill: tint(cycle[2], 'light'), stroke: cycle[2], width: 2 }),
    arrow([585, 96, 625, 96]),
    text(664, 101, 'positive', { size: 14, weight: 'bold' }),
    remark(24, 390, 'The weights are a softmax of scores: positive, and 1 in all.'),
  );
}

export function multiHead(): string {
  const heads = cycle.slice(0, 4);
  const x = (h: number): number => 200 + 125 * h;
  return card(
    {
      height: 430,
      title: 'Multi-head attention',
      desc: 'The sequence of hidden states goes to four heads, each in its own colour. Each head makes queries, keys and values of 64 numbers with weights of its own, and attends for itself. The four results are put side by side and projected back by one matrix.',
    },
    heading('Four heads look at the same sequence, each for something else'),
    labelled(140, 370, 495, 36, 'hidden states of the LSTM: [time, features]', {
      fill: tint(gate.hidden, 'light'),
      stroke: gate.hidden,
      width: 2,
    }),
    ...heads.flatMap((color, h) => [
      arrow([x(h), 370, x(h), 345], { color }),
      ...['Q', 'K', 'V'].map((letter, i) =>
        labelled(
          x(h) - 51 + 35 * i,
          311,
          32,
          34,
          letter,
          { fill: tint(color, 'light'), stroke: color },
          { size: 14, weight: 'bold' },
        ),
      ),
      ...['Q', 'K', 'V'].map((_, i) => arrow([x(h) - 35 + 35 * i, 311, x(h) - 35 + 35 * i, 282], { color })),
      rect(x(h) - 52, 206, 104, 76, { fill: tint(color, 'faint'), stroke: color, width: 2 }),
      ...Array.from({ length: 16 }, (_, i) => {
        const [r, c] = [Math.floor(i / 4), i % 4];
        const strong = [c === r, c === Math.max(0, r - 1), c === 3, c === 0][h];
        return rect(x(h) - 32 + 16 * c, 212 + 12 * r, 14, 10, { fill: strong ? color : tint(color, 'light'), r: 1 });
      }),
      text(x(h), 276, `head ${h + 1}`, { size: 12 }),
      arrow([x(h), 206, x(h), 174], { color }),
      rect(x(h) - 52, 146, 104, 28, { fill: tint(color, 'half'), stroke: color }),
      text(x(h), 165, '64', { size: 13 }),
    ]),
    remark(84, 240, ['weights:', 'softmax of', 'Q · K / √64'], 'middle'),
    text(84, 164, 'side by side', { size: 13, color: ink.muted }),
    text(84, 332, 'own weights', { size: 13, color: ink.muted }),
    ...heads.map((_, h) => arrow([x(h), 146, x(h), 131, 387, 131], { color: ink.axis, head: false })),
    arrow([387, 131, 387, 116]),
    labelled(287, 80, 200, 36, 'one projection', { fill: ink.paper, stroke: ink.text, width: 1.8 }),
    arrow([487, 98, 560, 98]),
    text(634, 103, '[time, features]', { size: 14 }),
  );
}
