/** The LSTM cell: once as a whole, and once for each group of its six lines with the rest in grey. */
import { arrow, card, gate, heading, ink, labelled, node, rect, text, tint } from './svg';

type Part = 'conveyor' | 'sum' | 'forget' | 'input' | 'candidate' | 'update' | 'output' | 'feed';

const belt = 100;
const boxTop = 262;
const feed = 345;
const at = { forget: 190, input: 300, candidate: 400, output: 505, shown: 590 };

/** The cell's lines and boxes; parts that are not lit are drawn in grey. */
function cellParts(lit: ReadonlySet<Part>): string[] {
  const shade = (part: Part, color: string): string => (lit.has(part) ? color : ink.frame);
  const box = (part: 'forget' | 'input' | 'candidate' | 'output', sign: string): string => {
    const color = shade(part, gate[part]);
    const fill = lit.has(part) ? tint(gate[part], 'light') : ink.paper;
    const x = at[part];
    return (
      arrow([x, feed, x, boxTop + 36], { color: shade('feed', ink.muted) === ink.frame ? ink.frame : color }) +
      labelled(
        x - 38,
        boxTop,
        76,
        36,
        sign,
        { fill, stroke: color, width: 2 },
        { size: 17, color: lit.has(part) ? ink.text : ink.axis },
      )
    );
  };
  const name = (part: 'forget' | 'input' | 'candidate' | 'output', symbol: string): string =>
    lit.has(part)
      ? text(at[part] - 8, boxTop - 14, symbol, { size: 16, color: ink.text, anchor: 'end', italic: true })
      : '';
  const orange = shade('conveyor', gate.cell);
  const [f, i, c, o] = (['forget', 'input', 'candidate', 'output'] as const).map((part) => shade(part, gate[part]));
  const hidden = shade('output', gate.hidden);
  const beltParts: [number, number, Part][] = [
    [40, at.forget - 14, 'conveyor'],
    [at.forget + 14, at.candidate - 14, 'conveyor'],
  ];
  return [
    rect(84, 58, 566, 318, { stroke: ink.frame, r: 18 }),
    ...beltParts.map(([from, to]) => arrow([from, belt, to, belt], { color: orange, width: 5 })),
    arrow([at.candidate + 14, belt, 690, belt], { color: shade('sum', gate.cell), width: 5 }),
    arrow([40, feed, at.output, feed], { color: shade('feed', gate.hidden), width: 2.5, head: false }),
    arrow([130, 410, 130, feed + 2], { color: shade('feed', ink.muted), width: 2.5 }),
    box('forget', 'σ'),
    box('input', 'σ'),
    box('candidate', 'tanh'),
    box('output', 'σ'),
    arrow([at.forget, boxTop, at.forget, belt + 14], { color: f, width: 2.2 }),
    arrow([at.input, boxTop, at.input, 185, at.candidate - 14, 185], { color: i, width: 2.2 }),
    arrow([at.candidate, boxTop, at.candidate, 199], { color: c, width: 2.2 }),
    arrow([at.candidate, 171, at.candidate, belt + 14], { color: shade('update', gate.candidate), width: 2.2 }),
    arrow([at.output, boxTop, at.output, 215, at.shown - 14, 215], { color: o, width: 2.2 }),
    arrow([at.shown, belt + 3, at.shown, 138], { color: shade('output', gate.cell), width: 2.2 }),
    labelled(
      at.shown - 28,
      138,
      56,
      30,
      'tanh',
      { fill: ink.paper, stroke: shade('output', gate.cell), r: 15 },
      { size: 14, color: lit.has('output') ? ink.text : ink.axis },
    ),
    arrow([at.shown, 168, at.shown, 201], { color: shade('output', gate.cell), width: 2.2 }),
    arrow([at.shown, 229, at.shown, feed, 690, feed], { color: hidden, width: 2.5 }),
    node(at.forget, belt, '×', f),
    node(at.candidate, belt, '+', shade('update', gate.cell)),
    node(at.candidate, 185, '×', shade('update', gate.candidate)),
    node(at.shown, 215, '×', o),
    name('forget', 'f_t'),
    name('input', 'i_t'),
    name('candidate', 'g_t'),
    name('output', 'o_t'),
    text(44, belt - 14, 'c_{t−1}', { size: 16, italic: true, anchor: 'start' }),
    text(688, belt - 14, 'c_t', { size: 16, italic: true, anchor: 'end' }),
    text(44, feed - 12, 'h_{t−1}', { size: 16, italic: true, anchor: 'start' }),
    text(688, feed - 12, 'h_t', { size: 16, italic: true, anchor: 'end' }),
    text(144, 406, 'x_t', { size: 16, italic: true, anchor: 'start' }),
  ];
}

const everything = new Set<Part>(['conveyor', 'sum', 'forget', 'input', 'candidate', 'update', 'output', 'feed']);

export const lstmCell = (): string =>
  card(
    {
      height: 440,
      title: 'The LSTM cell',
      desc: 'The cell state runs along the top like a conveyor belt, orange. It is multiplied by the forget gate (vermilion), then the product of input gate (blue) and candidate (green) is added. The output gate (pink) decides how much of its tanh leaves as hidden state (light blue). All four boxes read the last hidden state and the new input.',
    },
    heading('The LSTM cell'),
    ...cellParts(everything),
    ...(['forget', 'input', 'candidate', 'output'] as const).map((part) =>
      text(at[part], feed + 20, part, { size: 13, weight: 'bold' }),
    ),
    text(296, belt - 14, 'the conveyor: the cell state', { size: 13, color: ink.muted }),
  );

interface Step {
  title: string;
  lit: Part[];
  formula: string[];
  says: string;
  desc: string;
}

const steps: Record<'forget' | 'input' | 'state' | 'output', Step> = {
  forget: {
    title: 'Line 1 of 6: the forget gate',
    lit: ['feed', 'forget'],
    formula: ['f_t = σ( [ h_{t−1} , x_t ] W_f + b_f )'],
    says: 'One number between 0 and 1 for every number on the belt: 0 sweeps it off, 1 lets it pass.',
    desc: 'The LSTM cell in grey, with the forget gate lit: last hidden state and new input go through a sigmoid and multiply the cell state.',
  },
  input: {
    title: 'Lines 2 and 3: the input gate and the candidate',
    lit: ['feed', 'input', 'candidate'],
    formula: ['i_t = σ( [ h_{t−1} , x_t ] W_i + b_i )', 'g_t = tanh( [ h_{t−1} , x_t ] W_g + b_g )'],
    says: 'The candidate proposes what to write, from −1 to 1; the input gate says how much of it, from 0 to 1.',
    desc: 'The LSTM cell in grey, with input gate and candidate lit: both read last hidden state and new input, one through a sigmoid, the other through tanh.',
  },
  state: {
    title: 'Line 4: the cell state moves on',
    lit: ['conveyor', 'sum', 'forget', 'input', 'candidate', 'update'],
    formula: ['c_t = f_t × c_{t−1} + i_t × g_t'],
    says: 'A product and a sum, number by number, no squashing. Along the belt, f alone scales the gradient.',
    desc: 'The LSTM cell in grey, with the conveyor lit: the old cell state times the forget gate, plus input gate times candidate, gives the new cell state.',
  },
  output: {
    title: 'Lines 5 and 6: the output gate and the hidden state',
    lit: ['feed', 'sum', 'output'],
    formula: ['o_t = σ( [ h_{t−1} , x_t ] W_o + b_o )', 'h_t = o_t × tanh( c_t )'],
    says: 'What the cell remembers and what it says are two things: the output gate shows a part of the belt.',
    desc: 'The LSTM cell in grey, with the output gate lit: it multiplies the tanh of the new cell state, and the product is the new hidden state.',
  },
};

/** Some lines of the six, the rest of the cell in grey. */
export function gateStep(name: keyof typeof steps): string {
  const { title, lit, formula, says, desc } = steps[name];
  return card(
    { height: 500, title, desc },
    heading(title),
    ...cellParts(new Set(lit)),
    ...formula.map((f, i) => text(720 * ((i + 0.5) / formula.length), 446, f, { size: 16, italic: true })),
    text(360, 478, says, { size: 13, color: ink.muted }),
  );
}
