/** The rooms of the library that the reference describes, in its order, each with its module in `lib` and how a program takes it. */
import path from 'node:path';
import type { Room } from './read.mjs';

export type { Entry, Room } from './read.mjs';

const root = path.resolve(__dirname, '../../..');

const modules = {
  layers: 'layers/index.ts',
  torch: 'torch/index.ts',
};

/** All of them, read from the library's sources. */
export async function readReference(): Promise<Room[]> {
  const { readRooms } = await import('./read.mjs');
  return readRooms(root, modules);
}

/** The line with which a program takes a room: whole, or its names where only a path of its own has them. */
export function importOf({ name, entries }: Room): string {
  if (name !== 'export' && name !== 'serve') return `import { tf, ${name} } from 'lstm-lab';`;
  const names = entries.filter(({ kind }) => kind !== 'type').map((entry) => entry.name);
  return `import { ${names.join(', ')} } from 'lstm-lab/${name}';`;
}

/** A name as programs write it. */
export const called = (room: Room, name: string): string =>
  room.name === 'export' || room.name === 'serve' ? name : `${room.name}.${name}`;

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
