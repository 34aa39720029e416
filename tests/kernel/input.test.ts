/** What a cell asks the reader: prompt, confirm, readline and process.stdin, through Jupyter's input request. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { converse, missing, ofKind, plain, streamed, type Outcome, type Step } from './kernel';

const asking = (execute: string, ...answers: string[]): Step => ({ execute, answers, allow_stdin: true, timeout: 20 });
const readline = "import readline from 'node:readline';\nimport { createInterface } from 'node:readline/promises';\n";
const both = '{ input: process.stdin, output: process.stdout }';

const steps = {
  prompt: asking("console.log('before');\nconst named: string | null = prompt('Your name?');\nnamed", 'Ünal 你'),
  otherwise: asking("[prompt('Units?', '32'), prompt(), prompt('End?')]", '', '', '\x04'),
  confirm: asking("[confirm('Sure?'), confirm('Really?'), confirm()]", 'y', 'no', ''),
  promises: asking(
    `${readline}const lines = createInterface(${both});
const a = await lines.question('First? ');
const b = await lines.question('Second? ');
lines.close();
a + b`,
    'x',
    'y',
  ),
  callback: asking(
    `const old = readline.createInterface(process.stdin, process.stdout);
old.question('Name? ', (first) => old.question('More? ', (second) => { console.log(first, second); old.close(); }));`,
    'one',
    'two',
  ),
  promisified: asking(
    `import { promisify } from 'node:util';
const again = readline.createInterface(${both});
await promisify(again.question).bind(again)('Now? ')`,
    'now',
  ),
  lines: asking(
    `const typed: string[] = [];
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (line === 'stop') break;
  typed.push(line);
}
typed`,
    '1',
    '2',
    'stop',
  ),
  events: asking(
    "readline.createInterface(process.stdin).on('line', (line) => console.log('got', line)).on('close', () => console.log('closed'));",
    'p',
    'q',
    '\x04',
  ),
  once: asking("String(await new Promise((resolve) => process.stdin.once('data', resolve)))", 'raw'),
  whole: asking("import { text } from 'node:stream/consumers';\nawait text(process.stdin)", 'l1', 'l2', '\x04'),
  file: asking("import fs from 'node:fs';\nfs.readFileSync(0, 'utf8')", '3 4', ''),
  fileNamed: asking("import { readFileSync } from 'fs';\n[...readFileSync('/dev/stdin')]", 'a', '\x04'),
  fileLater: asking(
    "[await fs.promises.readFile('/dev/stdin', { encoding: 'utf8' }), await new Promise((done) => fs.readFile(0, (_, bytes) => done(bytes.length)))]",
    'z',
    '',
    'é',
    '',
  ),
  pieces: asking(
    'const piece = Buffer.alloc(3);\n[fs.readSync(0, piece), fs.readSync(0, piece, 0, 1, null), fs.readSync(0, piece, { offset: 1 }), String(piece)]',
    'abc',
    '\x04',
  ),
  together: asking(
    `const two = createInterface(${both});
const three = createInterface(${both});
await Promise.all([two.question('A? '), three.question('B? ')])`,
    'a',
    'b',
  ),
  unread: asking("readline.createInterface(process.stdin);\nprocess.stdin.resume();\n'done'", 'never asked'),
  waiting: { ...asking("prompt('Interrupt me')"), interrupt_after: 1 },
  waitingLater: { ...asking(`await createInterface(${both}).question('Interrupt me')`), interrupt_after: 1 },
  after: asking("prompt('Still there?')", 'yes'),
  refused: { execute: "prompt('Anyone?')", allow_stdin: false },
  refusedPromise: { execute: `await createInterface(${both}).question('Anyone?')`, allow_stdin: false },
  refusedCallback: { execute: `readline.createInterface(${both}).question('Anyone?', () => 0);`, allow_stdin: false },
  refusedFile: { execute: "fs.readFileSync(0, 'utf8')", allow_stdin: false },
  refusedLines: {
    execute: 'for await (const line of readline.createInterface({ input: process.stdin })) line;',
    allow_stdin: false,
  },
  refusedData: { execute: "process.stdin.on('data', () => undefined);", allow_stdin: false },
  caught: { execute: "let depth = 3;\ntry { depth = Number(prompt('Depth?')); } catch {}\ndepth", allow_stdin: false },
  ownName: asking("const prompt = 'To be';\nprompt"),
  ownNameLater: asking('prompt.length'),
};
type Name = keyof typeof steps;

describe('a cell that asks the reader', { skip: missing }, () => {
  let outcome: Outcome;
  const step = (name: Name) => outcome.steps[Object.keys(steps).indexOf(name)];
  const value = (name: Name) => ofKind(step(name), 'execute_result')[0]?.data?.['text/plain'];
  const asked = (name: Name) => step(name).questions.map(({ prompt }) => prompt);

  before(async () => {
    outcome = await converse(Object.values(steps));
  });

  test('by prompt waits for the answer; the request belongs to the cell', () => {
    assert.equal(value('prompt'), "'Ünal 你'");
    assert.deepEqual(step('prompt').questions, [
      { parent: step('prompt').parent, prompt: 'Your name? ', password: false },
    ]);
    assert.equal(streamed(step('prompt')), 'before\n');
    assert.equal(value('otherwise'), "[ '32', '', null ]");
    assert.equal(value('confirm'), '[ true, false, false ]');
  });

  test('by a question of readline, with promises and with callbacks', () => {
    assert.equal(value('promises'), "'xy'");
    assert.deepEqual(asked('promises'), ['First? ', 'Second? ']);
    assert.equal(streamed(step('callback')), 'one two\n');
    assert.deepEqual(asked('callback'), ['Name? ', 'More? ']);
    assert.equal(value('promisified'), "'now'");
    assert.equal(value('together'), "[ 'a', 'b' ]");
  });

  test('line by line, until it has enough or the input ends', () => {
    assert.equal(value('lines'), "[ '1', '2' ]");
    assert.equal(streamed(step('events')), 'got p\ngot q\nclosed\n');
    assert.equal(value('once'), "'raw\\n'");
    assert.equal(value('whole'), "'l1\\nl2\\n'");
  });

  test('by reading file 0 or /dev/stdin, whole until an empty line, or piece by piece', () => {
    assert.equal(value('file'), "'3 4\\n'");
    assert.equal(value('fileNamed'), '[ 97, 10 ]');
    assert.equal(value('fileLater'), "[ 'z\\n', 3 ]");
    assert.equal(value('pieces'), "[ 3, 1, 0, '\\nbc' ]");
  });

  test('asks nothing that it does not wait for', () => {
    assert.equal(value('unread'), "'done'");
    assert.deepEqual(asked('unread'), []);
    assert.equal(asked('once').length, 1);
  });

  test('can be interrupted while it waits', () => {
    for (const name of ['waiting', 'waitingLater'] as const) assert.equal(step(name).reply?.ename, 'Interrupted', name);
    assert.equal(value('after'), "'yes'");
  });

  test('fails with a sentence where the client takes no input', () => {
    for (const name of [
      'refused',
      'refusedPromise',
      'refusedCallback',
      'refusedLines',
      'refusedData',
      'refusedFile',
    ] as const) {
      assert.deepEqual([step(name).reply?.status, step(name).reply?.ename], ['error', 'NoInput'], name);
      assert.match(step(name).reply.evalue!, /takes no input \(allow_stdin is false\)/);
      assert.deepEqual(asked(name), []);
    }
    assert.match(plain(step('refused').reply.traceback), /Cell \[20\], line 1\n/);
    assert.equal(value('caught'), '3');
  });

  test('may call a variable of its own prompt', () => {
    assert.equal(value('ownName'), "'To be'");
    assert.equal(value('ownNameLater'), '5');
  });
});
