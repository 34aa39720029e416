/** Sequences of different lengths in one batch. */
import { arrow, card, cycle, heading, ink, labelled, rect, remark, text, tint } from './svg';

const reviews = [['a', 'wonderful', 'film'], ['not', 'worth', 'the', 'ticket', 'at', 'all'], ['boring']];
const [columns, wide, high] = [6, 76, 32];

/** A batch of three reviews in cells; `pre` puts the padding first. */
function batch(x: number, y: number, pre: boolean): string[] {
  return reviews.flatMap((words, row) => {
    const padding = new Array<string>(columns - words.length).fill('0');
    const cells = pre ? [...padding, ...words] : [...words, ...padding];
    return cells.map((word, column) => {
      const real = word !== '0';
      const shape = real
        ? { fill: tint(cycle[0], 'light'), stroke: cycle[0] }
        : { fill: ink.paper, stroke: ink.frame, dash: '3 3' };
      return labelled(
        x + column * wide,
        y + row * (high + 6),
        wide - 6,
        high,
        word,
        { ...shape, r: 4 },
        { size: 13, color: real ? ink.text : ink.axis },
      );
    });
  });
}

/** The mask of the same batch: black where the cell works, white where it waits. */
function mask(x: number, y: number, pre: boolean): string[] {
  return reviews.flatMap((words, row) =>
    Array.from({ length: columns }, (_, column) => {
      const real = pre ? column >= columns - words.length : column < words.length;
      return rect(x + column * 17, y + row * (high + 6) + 6, 13, 20, {
        fill: real ? ink.text : ink.paper,
        stroke: ink.axis,
        r: 2,
      });
    }),
  );
}

export function padding(): string {
  const part = (y: number, pre: boolean, title: string, says: string): string[] => [
    text(24, y, title, { size: 15, weight: 'bold', anchor: 'start' }),
    text(590, y, 'mask', { size: 13, color: ink.muted, anchor: 'start' }),
    ...batch(24, y + 14, pre),
    ...mask(590, y + 14, pre),
    arrow([482, y + 14, 482, y + 126], { color: ink.axis, width: 2.2, head: false, dash: '4 4' }),
    text(490, y + 66, 'last step', { size: 12, color: ink.muted, anchor: 'start' }),
    remark(24, y + 146, says),
  ];
  return card(
    {
      height: 424,
      title: 'Padding before and behind, and the mask',
      desc: 'Three reviews of three, six and one words, padded with zeros to six places. Padded in front, every review ends in the last place. Padded behind, the last place of the short reviews is a zero. Beside each batch its mask: black squares where there is a word, white where there is padding.',
    },
    heading('Three reviews in one batch'),
    ...part(
      70,
      true,
      'pre: zeros in front',
      'The last step is always a word: its state has just read the end of the review.',
    ),
    ...part(
      252,
      false,
      'post: zeros behind',
      'Without a mask the last state has read mostly zeros. With it, the cell keeps its state at each zero.',
    ),
  );
}
