/** Series cut into windows, and data split along time. */
import { arrow, card, cycle, heading, ink, labelled, line, path, rect, remark, text, tint } from './svg';

const wave = (i: number): number => Math.sin(i / 2.3) + 0.45 * Math.sin(i / 0.9 + 1);

/** A series as a curve over `count` steps between x and x + width. */
function series(x: number, y: number, width: number, height: number, count: number): string {
  const points = Array.from({ length: count }, (_, i) => {
    const px = x + (width * i) / (count - 1);
    return `${px.toFixed(1)} ${(y - (wave(i) * height) / 2.9).toFixed(1)}`;
  });
  return path(`M${points.join('L')}`, { stroke: ink.text, width: 1.8 });
}

export function windows(): string {
  const [x, step] = [60, 50];
  const values = ['12', '14', '13', '17', '19', '18', '16', '15', '11', '12', '14', '16'];
  const rows = [0, 1, 2, 3];
  return card(
    {
      height: 380,
      title: 'Windows of a series',
      desc: 'A series of twelve values. A window of seven values slides along it one step at a time; the value behind each window is its target. Four windows make four samples.',
    },
    heading('One series, many samples'),
    ...values.map((value, i) =>
      labelled(
        x + i * step,
        64,
        step - 6,
        36,
        value,
        { fill: tint(ink.axis, 'faint'), stroke: ink.axis, r: 4 },
        { size: 14 },
      ),
    ),
    ...rows.flatMap((row) => [
      text(36, 161 + row * 48, String(row + 1), { size: 14, weight: 'bold' }),
      ...values.flatMap((value, i) => {
        const inside = i >= row && i < row + 7;
        if (!inside && i !== row + 7) return [];
        const color = inside ? cycle[0] : cycle[1];
        return [
          labelled(
            x + i * step,
            140 + row * 48,
            step - 6,
            32,
            value,
            { fill: tint(color, 'light'), stroke: color, r: 4 },
            { size: 14 },
          ),
        ];
      }),
    ]),
    rect(60, 344, 14, 14, { fill: tint(cycle[0], 'light'), stroke: cycle[0], r: 3 }),
    remark(82, 356, 'window: what the network sees'),
    rect(320, 344, 14, 14, { fill: tint(cycle[1], 'light'), stroke: cycle[1], r: 3 }),
    remark(342, 356, 'target: what it is to say'),
  );
}

const thirds = [
  { name: 'training', share: 0.7, color: cycle[0] },
  { name: 'validation', share: 0.15, color: cycle[3] },
  { name: 'test', share: 0.15, color: cycle[1] },
];

export function splitByTime(): string {
  const [x, width] = [40, 640];
  const starts = thirds.map((_, i) => x + width * thirds.slice(0, i).reduce((sum, p) => sum + p.share, 0));
  return card(
    {
      height: 330,
      title: 'Training, validation and test, split along time',
      desc: 'A series cut twice: the first 70 percent are for training, the next 15 for validation, the last 15 for the test. Scaling is learnt on the training part alone. Below, a split by lot is crossed out: there, test days lie between training days.',
    },
    heading('The future is not shuffled into the past'),
    ...thirds.flatMap(({ name, share, color }, i) => [
      rect(starts[i] + 1, 60, width * share - 2, 120, { fill: tint(color, 'light'), r: 4 }),
      text(starts[i] + (width * share) / 2, 78, name, { size: 14, weight: 'bold' }),
    ]),
    series(x + 4, 132, width - 8, 66, 90),
    arrow([x, 196, x + width, 196], { color: ink.axis }),
    text(x + width, 214, 'time', { size: 13, color: ink.muted, anchor: 'end' }),
    remark(x, 214, 'scaling is learnt here and only applied to the rest'),
    text(x, 254, 'not so:', { size: 13, weight: 'bold', anchor: 'start' }),
    ...Array.from({ length: 37 }, (_, i) => {
      const color = thirds[(i * 7 + 3) % 20 < 14 ? 0 : (i * 7 + 3) % 20 < 17 ? 1 : 2].color;
      return rect(x + 60 + i * 14.4, 240, 12.4, 20, { fill: tint(color, 'half'), r: 2 });
    }),
    line(x + 610, 238, x + 634, 262, { stroke: cycle[1], width: 4 }),
    line(x + 610, 262, x + 634, 238, { stroke: cycle[1], width: 4 }),
    remark(x, 298, 'Drawn by lot, each test day has its neighbours in the training set: the network only fills gaps.'),
  );
}

export function walkForward(): string {
  const [x, step] = [130, 54];
  return card(
    {
      height: 320,
      title: 'Walk-forward evaluation',
      desc: 'Four rounds. In each the training part begins at the start and is one stretch longer than before; the stretch right behind it is the test. The errors of the four rounds are averaged.',
    },
    heading('Walk forward: test on what comes next, then learn it too'),
    ...[0, 1, 2, 3].flatMap((round) => {
      const y = 68 + 50 * round;
      const trained = 5 + round;
      return [
        text(x - 16, y + 22, `round ${round + 1}`, { size: 14, anchor: 'end' }),
        rect(x, y, trained * step - 4, 34, { fill: tint(cycle[0], 'light'), stroke: cycle[0], r: 4 }),
        text(x + (trained * step) / 2, y + 22, 'training', { size: 13 }),
        rect(x + trained * step, y, step - 4, 34, { fill: tint(cycle[1], 'light'), stroke: cycle[1], r: 4 }),
        text(x + (trained + 0.5) * step - 2, y + 22, 'test', { size: 13 }),
        trained < 9
          ? rect(x + (trained + 1) * step, y, (9 - trained) * step - 4, 34, { stroke: ink.frame, dash: '3 3', r: 4 })
          : '',
      ];
    }),
    arrow([x, 280, x + 10 * step - 4, 280], { color: ink.axis }),
    text(x + 10 * step, 300, 'time', { size: 13, color: ink.muted, anchor: 'end' }),
    remark(x, 300, 'four tests, each on a future that the network has not seen'),
  );
}
