/** `npm run lint [-- NAME…]`: every check of code and prose that runs nothing; its last line is `lint: N passed, N failed`. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import { claimsPages } from '../notebooks/claims-table';
import { checkFileNames } from './file-names';
import { checkImports } from './imports';
import { checkLesson, lessonFiles } from './lessons';
import { checkMarkdownLinks } from './lesson/links';
import { show, type Problem } from './problem';
import { checkSpelling } from './spelling';

const root = path.resolve(__dirname, '../..');
const markdownFiles = () =>
  ['.', 'data', 'lib', 'notebooks', '.github']
    .flatMap((folder) => markdownIn(path.join(root, folder)))
    .filter((file) => path.basename(file) !== 'LICENSE.md');

const checks: Record<string, () => Problem[] | Promise<Problem[]>> = {
  eslint: checkCode,
  'file names': () => checkFileNames(root),
  imports: () => checkImports(root),
  lessons: () => lessonFiles(root).flatMap((file) => checkLesson(file, root)),
  links: () => markdownFiles().flatMap((file) => checkMarkdownLinks(file, root)),
  spelling: () => checkSpelling([...lessonFiles(root), ...markdownFiles()], root),
  'claims tables': checkClaimsPages,
};

function markdownIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.join(folder, name));
  } catch {
    return []; // no such folder
  }
}

async function checkCode(): Promise<Problem[]> {
  const results = await new ESLint({
    cwd: root,
    cache: true,
    cacheLocation: path.join(root, '.cache/eslint'),
  }).lintFiles(['.']);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, message, ruleId }) => ({
      file: path.relative(root, filePath),
      place: `line ${line}`,
      message: ruleId ? `${message} (${ruleId})` : message,
    })),
  );
}

function checkClaimsPages(): Problem[] {
  try {
    return claimsPages(root)
      .filter(({ current, wanted }) => current !== wanted)
      .map(({ file }) => ({
        file: path.relative(root, file),
        message: 'its table of claims is stale: npm run claims -- --write',
      }));
  } catch (error) {
    return [{ file: 'README.md', message: (error as Error).message }];
  }
}

async function main(names: string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in checks));
  if (unknown.length > 0) {
    console.error(`There is no check called ${unknown.join(', ')}. There are: ${Object.keys(checks).join(', ')}.`);
    process.exit(2);
  }
  const wanted = Object.entries(checks).filter(([name]) => names.length === 0 || names.includes(name));
  let failed = 0;
  for (const [name, check] of wanted) {
    const problems = await check();
    for (const problem of problems) console.log(show(problem));
    if (problems.length > 0) failed++;
    console.log(
      `${problems.length > 0 ? '✗' : '✓'} ${name}${problems.length > 0 ? `: ${problems.length} to mend` : ''}`,
    );
  }
  console.log(`lint: ${wanted.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
