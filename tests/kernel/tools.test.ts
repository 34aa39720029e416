import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { jupyterPath, missing, runPython } from './kernel';

const notebooks = {
  good: ['const a = 1;', 'console.log(a);\na + 1'],
  throws: ['const a = 1;', "throw new Error('broken');"],
  types: ['const a = 1;', "const b: number = 'broken';"],
  late: ['const a = 1;', "setTimeout(() => {\n  throw new Error('broken');\n}, 300);"],
  rejects: ['const a = 1;', "void Promise.reject(new Error('broken'));"],
};
type Name = keyof typeof notebooks;

const tools: Record<string, (notebook: string) => string[]> = {
  nbmake: (notebook) => ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--nbmake', notebook],
  nbval: (notebook) => ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--nbval-lax', notebook],
  papermill: (notebook) => ['-m', 'papermill', notebook, `${notebook}.out.ipynb`],
  nbconvert: (notebook) => ['-m', 'nbconvert', '--to', 'notebook', '--execute', '--stdout', notebook],
};

/** Each tool meets a good, a throwing and a late notebook; all kinds go through one of them. */
function names(tool: string): Name[] {
  return tool === 'nbconvert' ? (Object.keys(notebooks) as Name[]) : ['good', 'throws', 'late'];
}

describe('tools that know nothing of this kernel', { skip: missing, concurrency: 2 }, () => {
  let folder: string;
  let jupyter: string;

  before(() => {
    jupyter = jupyterPath();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-tools-'));
    for (const [name, sources] of Object.entries(notebooks)) {
      const cells = sources.map((source, at) => ({
        cell_type: 'code',
        id: `cell-${at}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source,
      }));
      const metadata = { kernelspec: { name: 'tslab', display_name: 'TypeScript', language: 'typescript' } };
      fs.writeFileSync(
        path.join(folder, `${name}.ipynb`),
        JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }),
      );
    }
  });
  after(() => {
    for (const each of [folder, jupyter]) fs.rmSync(each, { recursive: true });
  });

  for (const [tool, command] of Object.entries(tools))
    for (const name of names(tool))
      test(`${tool} ${name === 'good' ? 'passes a good notebook' : `fails a notebook that is broken: ${name}`}`, async () => {
        const file = path.join(folder, `${name}.ipynb`);
        const { code, stdout, stderr } = await runPython(command(file), { JUPYTER_PATH: jupyter }, folder);
        if (name === 'good') return assert.equal(code, 0, stdout + stderr);
        assert.notEqual(code, 0, 'the tool must not pass it');
        assert.match(stdout + stderr, name === 'types' ? /not assignable/ : /broken/);
      });
});
