/** One block of numbers, read as a batch in two ways. */
import { arrow, card, gate, heading, ink, labelled, remark, text, tint } from './svg';

const weeks = [
  [30, 31, 32, 33, 34],
  [32, 33, 34, 35, 36],
  [35, 36, 37, 38, 39],
];
const [wide, high, gap] = [46, 36, 10];

function block(x: number, y: number): string[] {
  return weeks.flatMap((week, row) =>
    week.map((degrees, day) =>
      labelled(
        x + day * (wide + gap),
        y + row * (high + gap),
        wide,
        high,
        String(degrees),
        { fill: tint(ink.axis, 'faint'), stroke: ink.axis, r: 4 },
        { size: 14 },
      ),
    ),
  );
}

const across = (x: number, y: number): string[] =>
  weeks.flatMap((week, row) =>
    week.slice(1).map((_, day) => {
      const [right, middle] = [x + wide + day * (wide + gap), y + high / 2 + row * (high + gap)];
      return arrow([right, middle, right + gap, middle], { color: gate.hidden, width: 2 });
    }),
  );

const down = (x: number, y: number): string[] =>
  weeks.slice(1).flatMap((_, row) =>
    weeks[0].map((_day, day) => {
      const [middle, bottom] = [x + wide / 2 + day * (wide + gap), y + high + row * (high + gap)];
      return arrow([middle, bottom, middle, bottom + gap], { color: gate.hidden, width: 2 });
    }),
  );

export function batchFirst(): string {
  const [left, right, top] = [48, 392, 96];
  return card(
    {
      height: 300,
      title: 'Three weeks of five days, read in two ways',
      desc: 'The same block of three rows and five columns twice. On the left the state moves along each row, from day to day of one week: three sequences of five steps. On the right it moves down each column, from week to week on one day: five sequences of three steps.',
    },
    heading('One block of numbers, read in two ways'),
    text(left, 76, 'batch first: [batch, time, 1]', { size: 14, weight: 'bold', anchor: 'start' }),
    text(right, 76, 'time first: [time, batch, 1]', { size: 14, weight: 'bold', anchor: 'start' }),
    ...block(left, top),
    ...across(left, top),
    ...block(right, top),
    ...down(right, top),
    remark(left, 256, 'three sequences of five days'),
    remark(right, 256, 'five sequences of three weeks: rows mix'),
    remark(left, 280, 'Arrows: where the state goes.'),
  );
}
