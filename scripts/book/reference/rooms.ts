/** The rooms of the library that the reference describes, in its order, each with its module in `lib` and how a program takes it. */
import path from 'node:path';
import type { Room } from './read.mjs';

export type { Entry, Room } from './read.mjs';

const root = path.resolve(__dirname, '../../..');

const modules = {
  layers: 'layers/index.ts',
  torch: 'torch/index.ts',
  train: 'train/index.ts',
  text: 'text/index.ts',
  series: 'series/index.ts',
  plot: 'plot/index.ts',
  data: 'data/index.ts',
  models: 'models/index.ts',
  params: 'models/params.ts',
  export: 'export/index.ts',
  serve: 'serve/index.ts',
  kernels: 'kernels/index.ts',
  notebook: 'notebook.ts',
};

/** Rooms that only a path of their own has: programs import their names. */
const apart = ['export', 'serve'];

/** All of them, read from the library's sources. */
export async function readReference(): Promise<Room[]> {
  const { readRooms } = await import('./read.mjs');
  return readRooms(root, modules);
}

/** The lines with which the examples of a room begin: what they take of the library. */
export function importOf(room: Room, rooms: Room[]): string {
  const written = room.entries.flatMap(({ examples }) => examples).join('\n');
  const isWritten = (name: string) => new RegExp(`(?<![\\w.'])${name}\\b(?!:)`).test(written);
  const whole = ['tf', ...rooms.filter(({ name }) => !apart.includes(name)).map(({ name }) => name)];
  const lines = [
    line(
      whole.filter((name) => new RegExp(`(?<![\\w.])${name}\\.`).test(written)),
      'lstm-lab',
    ),
  ];
  for (const { name, entries } of rooms.filter(({ name }) => apart.includes(name))) {
    const names = entries.filter(({ kind }) => kind !== 'type').map((entry) => entry.name);
    lines.push(line(names.filter(isWritten), `lstm-lab/${name}`));
  }
  return lines.filter(Boolean).join('\n');
}

const line = (names: string[], from: string): string =>
  names.length > 0 ? `import { ${names.join(', ')} } from '${from}';` : '';

/** A name as programs write it. */
export const called = (room: Room, name: string): string => (apart.includes(room.name) ? name : `${room.name}.${name}`);

/**
 * The entries whose examples show a name: its own, or those of its family, where the name stands in an example of the room or a function
 * with an example gives it.
 */
export function shownBy(room: Room, name: string): string[] {
  const entry = room.entries.find((one) => one.name === name)!;
  if (entry.examples.length > 0) return [name];
  const written = new RegExp(`(?<![\\w.])${called(room, name).replace('.', '\\.')}\\b`);
  return room.entries
    .filter(({ examples, returns }) => examples.some((text) => written.test(text) || returns.includes(name)))
    .map((one) => one.name);
}
