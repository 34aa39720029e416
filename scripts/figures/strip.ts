/** The strip of lesson 01: how a memory cell works, told as a story of a workshop, without formulas. */
import { arrow, card, circle, gate, heading, ink, labelled, line, lines, path, rect, text, tint } from './svg';

const [panelWidth, panelHeight, gap, left, top] = [330, 252, 12, 24, 54];

type Mood = 'glad' | 'calm' | 'puzzled';

/** A keeper: a coat in the gate's colour, a cap, a face. `arms` are two hands to which the arms reach, x and y each. */
function keeper(
  x: number,
  foot: number,
  color: string,
  arms: [number, number, number, number],
  mood: Mood = 'calm',
): string {
  const [shoulder, head] = [foot - 58, foot - 78];
  const mouth = {
    glad: `M${x - 5} ${head + 5}Q${x} ${head + 11} ${x + 5} ${head + 5}`,
    calm: `M${x - 4} ${head + 7}L${x + 4} ${head + 7}`,
    puzzled: `M${x - 5} ${head + 9}Q${x} ${head + 4} ${x + 5} ${head + 8}`,
  }[mood];
  return [
    path(`M${x - 10} ${shoulder + 8}L${arms[0]} ${arms[1]}`, { stroke: color, width: 6 }),
    path(`M${x + 10} ${shoulder + 8}L${arms[2]} ${arms[3]}`, { stroke: color, width: 6 }),
    circle(arms[0], arms[1], 4.5, { fill: tint(gate.cell, 'light'), stroke: ink.text, width: 1 }),
    circle(arms[2], arms[3], 4.5, { fill: tint(gate.cell, 'light'), stroke: ink.text, width: 1 }),
    path(`M${x - 12} ${shoulder}Q${x} ${shoulder - 6} ${x + 12} ${shoulder}L${x + 19} ${foot}L${x - 19} ${foot}Z`, {
      fill: color,
      stroke: color,
      width: 2,
    }),
    line(x, shoulder + 6, x, foot - 2, { stroke: ink.paper, width: 1.2 }),
    circle(x, head, 14, { fill: tint(gate.cell, 'light'), stroke: ink.text, width: 1.3 }),
    path(`M${x - 15} ${head - 5}Q${x} ${head - 27} ${x + 15} ${head - 5}Z`, {
      fill: color,
      stroke: ink.text,
      width: 1.2,
    }),
    circle(x - 5, head + 1, 1.6, { fill: ink.text }),
    circle(x + 5, head + 1, 1.6, { fill: ink.text }),
    path(mouth, { stroke: ink.text, width: 1.5 }),
  ].join('');
}

/** A belt with its rollers; what lies on it stands on `y`. */
function belt(x: number, y: number, width: number): string {
  const rollers = Array.from({ length: Math.floor(width / 26) }, (_, i) =>
    circle(x + 14 + i * 26, y + 9, 6, { fill: ink.paper, stroke: gate.cell, width: 2 }),
  );
  return (
    rect(x, y, width, 18, { fill: tint(gate.cell, 'light'), stroke: gate.cell, width: 2.5, r: 9 }) + rollers.join('')
  );
}

/** A parcel with a word on it; `strength` is how much of it there is. */
function parcel(x: number, y: number, label: string, strength: 'faint' | 'light' | 'half' = 'half', w = 54): string {
  return (
    rect(x, y - 28, w, 28, { fill: tint(gate.cell, strength), stroke: gate.cell, width: 1.8, r: 3 }) +
    line(x + w / 2, y - 28, x + w / 2, y - 22, { stroke: gate.cell, width: 1.8 }) +
    text(x + w / 2, y - 9, label, { size: 13, weight: 'bold' })
  );
}

/** A word as it comes in, on a slip of paper. */
const slip = (x: number, y: number, word: string): string =>
  labelled(
    x - 30,
    y - 13,
    60,
    26,
    word,
    { fill: tint(ink.axis, 'faint'), stroke: ink.axis, width: 1.3, r: 2 },
    { size: 14 },
  );

/** What somebody says. */
function bubble(x: number, y: number, w: number, says: string, tailX: number, tailY: number): string {
  return (
    path(`M${tailX} ${tailY}L${x + w / 2 - 8} ${y + 26}L${x + w / 2 + 8} ${y + 26}Z`, {
      fill: ink.paper,
      stroke: ink.axis,
      width: 1.2,
    }) +
    rect(x, y, w, 27, { fill: ink.paper, stroke: ink.axis, width: 1.2, r: 13 }) +
    rect(x + w / 2 - 6, y + 24.5, 12, 4, { fill: ink.paper, r: 0 }) +
    text(x + w / 2, y + 18, says, { size: 13 })
  );
}

interface Panel {
  caption: string[];
  draw: (x: number, y: number) => string[];
}

const panels: Panel[] = [
  {
    caption: [
      'A clerk reads word by word and keeps one note.',
      'Each word is written over it: by “hill”,',
      '“cats” is a smudge.',
    ],
    draw: (x, y) => [
      ...['the', 'cats', 'that', '…', 'hill'].map((word, i) =>
        text(x + 36 + i * 46, y + 34, word, {
          size: 14,
          color: i === 4 ? ink.text : ink.axis,
          weight: i === 4 ? 'bold' : 'normal',
        }),
      ),
      arrow([x + 24, y + 46, x + 246, y + 46], { color: ink.axis, width: 1.2 }),
      keeper(x + 110, y + 150, ink.axis, [x + 82, y + 122, x + 168, y + 116], 'puzzled'),
      rect(x + 170, y + 76, 108, 74, { fill: ink.paper, stroke: ink.axis, r: 3 }),
      text(x + 212, y + 102, 'cats', { size: 20, color: ink.frame }),
      path(`M${x + 184} ${y + 100}Q${x + 200} ${y + 86} ${x + 214} ${y + 98}T${x + 246} ${y + 90}`, {
        stroke: ink.grid,
        width: 8,
      }),
      text(x + 238, y + 116, 'dog', { size: 20, color: ink.frame }),
      text(x + 228, y + 138, 'hill', { size: 22, weight: 'bold' }),
    ],
  },
  {
    caption: [
      'So the workshop builds a belt. What lies on it',
      'rolls on to the next word, and nothing is',
      'written over it.',
    ],
    draw: (x, y) => [
      belt(x + 20, y + 122, 290),
      slip(x + 74, y + 46, 'cats'),
      arrow([x + 74, y + 60, x + 74, y + 90], { color: ink.axis }),
      parcel(x + 47, y + 121, 'many'),
      ...[0, 1].map((i) => rect(x + 147 + 80 * i, y + 93, 54, 28, { stroke: gate.cell, dash: '3 4', r: 3 })),
      arrow([x + 108, y + 107, x + 140, y + 107], { color: gate.cell }),
      arrow([x + 206, y + 107, x + 222, y + 107], { color: gate.cell }),
      text(x + 174, y + 52, 'that', { color: ink.axis }),
      text(x + 254, y + 52, 'the', { color: ink.axis }),
    ],
  },
  {
    caption: [
      'At each word three keepers come to the belt.',
      'Forget goes first: a parcel may pass, or it is',
      'thinned out, or swept off.',
    ],
    draw: (x, y) => [
      belt(x + 20, y + 132, 290),
      keeper(x + 158, y + 131, gate.forget, [x + 128, y + 92, x + 192, y + 96]),
      line(x + 190, y + 58, x + 196, y + 124, { stroke: ink.text, width: 3 }),
      path(`M${x + 188} ${y + 118}L${x + 204} ${y + 117}L${x + 210} ${y + 131}L${x + 184} ${y + 131}Z`, {
        fill: tint(gate.cell, 'half'),
        stroke: gate.cell,
      }),
      parcel(x + 50, y + 131, 'many'),
      text(x + 77, y + 93, 'passes', { size: 12, color: ink.muted }),
      `<g transform="rotate(24 ${x + 258} ${y + 100})">${parcel(x + 231, y + 112, 'old', 'faint')}</g>`,
      path(`M${x + 226} ${y + 126}q10 -4 14 -14M${x + 238} ${y + 130}q10 -2 16 -10`, { stroke: ink.axis, width: 1.4 }),
      bubble(x + 24, y + 22, 104, 'still needed?', x + 142, y + 64),
    ],
  },
  {
    caption: [
      'Candidate packs what “dog” would add.',
      'Input decides how much of it goes on:',
      'inside a side clause, a little.',
    ],
    draw: (x, y) => [
      belt(x + 20, y + 132, 290),
      slip(x + 42, y + 30, 'dog'),
      keeper(x + 92, y + 131, gate.candidate, [x + 68, y + 96, x + 124, y + 100], 'glad'),
      rect(x + 118, y + 74, 48, 32, { fill: tint(gate.candidate, 'light'), stroke: gate.candidate, width: 1.8, r: 3 }),
      text(x + 142, y + 95, 'one', { size: 13, weight: 'bold' }),
      keeper(x + 222, y + 131, gate.input, [x + 192, y + 92, x + 254, y + 82]),
      path(`M${x + 262} ${y + 74}a24 24 0 0 1 48 0Z`, {
        fill: tint(gate.input, 'faint'),
        stroke: gate.input,
        width: 1.8,
      }),
      line(x + 286, y + 74, x + 270, y + 62, { stroke: gate.input, width: 2.5 }),
      text(x + 266, y + 88, '0', { size: 12, color: ink.muted }),
      text(x + 306, y + 88, '1', { size: 12, color: ink.muted }),
      parcel(x + 256, y + 131, 'one', 'faint', 40),
      arrow([x + 170, y + 90, x + 186, y + 90], { color: gate.candidate }),
    ],
  },
  {
    caption: [
      'Then the belt moves one word on: old parcels',
      'as Forget left them, new ones as Input let',
      'them in, and nothing else.',
    ],
    draw: (x, y) => [
      belt(x + 20, y + 122, 290),
      parcel(x + 170, y + 121, 'many'),
      parcel(x + 228, y + 121, 'one', 'faint', 40),
      ...[0, 1, 2].map((i) =>
        line(x + 138 - 6 * i, y + 96 + 9 * i, x + 162 - 6 * i, y + 96 + 9 * i, { stroke: gate.cell, width: 2 }),
      ),
      arrow([x + 274, y + 107, x + 312, y + 107], { color: gate.cell, width: 3 }),
      keeper(x + 48, y + 121, gate.forget, [x + 26, y + 84, x + 70, y + 84], 'glad'),
      keeper(x + 104, y + 121, gate.input, [x + 82, y + 84, x + 130, y + 80], 'glad'),
      text(x + 226, y + 66, 'next word: chased', { size: 13, color: ink.muted }),
    ],
  },
  {
    caption: [
      'Output opens the window as wide as the word',
      'needs. What is said comes from the belt,',
      'but it is not all of the belt.',
    ],
    draw: (x, y) => [
      belt(x + 20, y + 132, 170),
      parcel(x + 46, y + 131, 'many'),
      parcel(x + 106, y + 131, 'one', 'faint', 40),
      rect(x + 206, y + 30, 100, 96, { fill: tint(gate.hidden, 'light'), stroke: ink.text, width: 2, r: 3 }),
      rect(x + 206, y + 30, 100, 50, { fill: tint(gate.output, 'half'), stroke: gate.output, width: 2, r: 3 }),
      ...[0, 1, 2, 3].map((i) =>
        line(x + 210, y + 40 + 10 * i, x + 302, y + 40 + 10 * i, { stroke: gate.output, width: 1.2 }),
      ),
      parcel(x + 229, y + 118, 'many'),
      keeper(x + 166, y + 131, gate.output, [x + 144, y + 96, x + 206, y + 80], 'glad'),
      bubble(x + 50, y + 24, 84, 'wider? no', x + 152, y + 58),
    ],
  },
  {
    caption: ['Nine words after “cats” the parcel is still', 'on the belt: the next word is “were”,', 'not “was”.'],
    draw: (x, y) => [
      belt(x + 20, y + 126, 290),
      ...['cats', 'that', 'the', 'old', 'dog', 'chased', 'up', 'the', 'hill'].map(
        (word, i) =>
          `<g transform="rotate(-38 ${x + 40 + i * 27} ${y + 84})">${text(x + 40 + i * 27, y + 84, word, { size: 12, color: i === 0 ? ink.text : ink.axis, anchor: 'start', weight: i === 0 ? 'bold' : 'normal' })}</g>`,
      ),
      ...Array.from({ length: 8 }, (_, i) => circle(x + 66 + i * 23, y + 110, 2.4, { fill: gate.cell })),
      parcel(x + 252, y + 125, 'many'),
      bubble(x + 250, y + 26, 58, 'were', x + 279, y + 92),
    ],
  },
  {
    caption: [
      'When the answer was wrong, the complaint',
      'travels back along the same belt: worn',
      'only where Forget thinned the parcel.',
    ],
    draw: (x, y) => [
      belt(x + 20, y + 122, 290),
      labelled(
        x + 244,
        y + 91,
        58,
        30,
        '“was”?!',
        { fill: tint(gate.forget, 'light'), stroke: gate.forget, width: 2, r: 3 },
        { size: 11, weight: 'bold' },
      ),
      arrow([x + 238, y + 106, x + 150, y + 106], { color: gate.forget, width: 3 }),
      labelled(
        x + 86,
        y + 91,
        58,
        30,
        '“was”?!',
        { fill: tint(gate.forget, 'light'), stroke: gate.forget, width: 2, r: 3, dash: '4 3' },
        { size: 11, weight: 'bold' },
      ),
      keeper(x + 50, y + 121, gate.input, [x + 32, y + 90, x + 80, y + 98], 'puzzled'),
      bubble(x + 84, y + 12, 226, 'at “cats” I open wider next time', x + 70, y + 50),
      circle(x + 274, y + 82, 3.5, { fill: gate.forget }),
      line(x + 274, y + 58, x + 274, y + 72, { stroke: gate.forget, width: 4 }),
    ],
  },
];

export function strip(): string {
  const rows = Math.ceil(panels.length / 2);
  return card(
    {
      height: top + rows * (panelHeight + gap) + 12,
      title: 'The workshop with the belt: how an LSTM remembers',
      desc: 'A strip of eight panels. 1: A clerk with a single note overwrites it with every word until the first is a smudge. 2: A workshop builds a conveyor belt on which a parcel marked “many”, made from the word “cats”, rolls on untouched. 3: Forget, in vermilion, sweeps an old parcel off and lets “many” pass. 4: Candidate, in green, packs a parcel “one” for “dog”; Input, in blue, sets a dial low, so that only a faint parcel goes onto the belt. 5: The belt moves on. 6: Output, in pink, opens a window halfway and shows only “many”. 7: Nine words later the parcel is still there and the next word is “were”. 8: A complaint about a wrong answer travels back along the belt to the keeper at “cats”, worn only where Forget thinned the parcel.',
    },
    heading('The workshop with the belt'),
    ...panels.flatMap(({ caption, draw }, i) => {
      const [x, y] = [left + (i % 2) * (panelWidth + gap), top + Math.floor(i / 2) * (panelHeight + gap)];
      return [
        rect(x, y, panelWidth, panelHeight, { stroke: ink.axis, width: 1.5, r: 8 }),
        circle(x + panelWidth - 18, y + 18, 11, { fill: ink.text }),
        text(x + panelWidth - 18, y + 22.5, String(i + 1), { size: 13, weight: 'bold', color: ink.paper }),
        ...draw(x, y + 24),
        line(x, y + 188, x + panelWidth, y + 188, { stroke: ink.grid }),
        lines(x + 12, y + 207, caption, { size: 12.5, anchor: 'start' }),
      ];
    }),
  );
}
