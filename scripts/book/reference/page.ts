/** The page of a room as a notebook of Markdown: it goes through the same hands as the lessons, and looks like them. */
import type { Notebook } from '../../notebooks/notebook';
import { importOf, shownBy, type Entry, type Room } from './rooms';

/** A room's page: what it is for, its names, and each of them with its signature, what it does, and an example. */
export function roomPage(room: Room, rooms: Room[]): Notebook {
  const values = room.entries.filter(({ kind }) => kind !== 'type');
  const types = room.entries.filter(({ kind }) => kind === 'type');
  const first = [
    `# ${room.name}`,
    room.text,
    'Each example of this page is a program behind these lines. A test runs them all and compares what they print.',
    code(importOf(room, rooms)),
    list('', values),
    list('Types: ', types),
  ];
  const pieces = [...values, ...types].map((entry) => entryText(room, entry));
  const cells = [first, ...pieces].map((parts, k) => ({
    cell_type: 'markdown' as const,
    id: `${k}`,
    metadata: {},
    source: parts.filter(Boolean).join('\n\n'),
  }));
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

function entryText(room: Room, entry: Entry): string[] {
  const also = entry.also.length > 0 ? `Also: ${entry.also.map((name) => `\`${name}\``).join(', ')}.` : '';
  const members = entry.members.map(
    ({ signature, text }) => `- \`${signature}\`${text ? `  \n  ${text.replaceAll('\n', '\n  ')}` : ''}`,
  );
  return [
    `## ${entry.name}`,
    code(...entry.signatures),
    entry.text,
    also,
    typesOf(room, entry),
    members.join('\n'),
    ...entry.examples.map((text) => code(text)),
    entry.kind === 'type' || entry.examples.length > 0 ? '' : elsewhere(room, entry),
  ];
}

/** Where the page describes the types of a signature. */
function typesOf(room: Room, { name, signatures }: Entry): string {
  const written = new Set(signatures.join(' ').match(/\b[A-Z]\w*/g));
  const links = room.entries.filter((other) => other.name !== name && written.has(other.name)).map(link);
  return links.length > 0 ? `See ${links.join(', ')}.` : '';
}

const elsewhere = (room: Room, { name }: Entry): string =>
  `An example stands at ${shownBy(room, name)
    .slice(0, 1)
    .map((other) => `[${other}](#${other})`)
    .join()}.`;

const link = ({ name }: Entry): string => `[${name}](#${name})`;
const list = (head: string, entries: Entry[]): string =>
  entries.length > 0 ? `${head}${entries.map(link).join(' · ')}` : '';
const code = (...lines: string[]): string => `\`\`\`typescript\n${lines.join('\n')}\n\`\`\``;
