/** Rules of the file: one notebook format, one kernel, cell ids, and nothing that only this machine has. */
import path from 'node:path';
import { machinePath, sourcePaths } from '../../notebooks/machine-path';
import { staleness, textOf } from '../../notebooks/notebook';
import { inCell, outputsOf, type Rule } from './lesson';

const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
const largest = 10e6; // bytes: beyond it GitHub shows no preview and reviews become painful

export const format: Rule = ({ notebook, number, isSolution, file, bytes }) => {
  const problems: string[] = [];
  if (notebook.nbformat !== 4 || notebook.nbformat_minor < 5)
    problems.push('is not of nbformat 4.5: save it with JupyterLab');
  const { name, display_name, language } = notebook.metadata.kernelspec ?? {};
  if (name !== kernelspec.name || display_name !== kernelspec.display_name || language !== kernelspec.language) {
    problems.push(`its kernelspec must be ${JSON.stringify(kernelspec)}`);
  }
  if (notebook.metadata.language_info?.name !== 'typescript') problems.push('its language_info must name typescript');
  if (number === undefined && !isSolution) problems.push(`${path.basename(file)} must be called NN-name.ipynb`);
  const ids = notebook.cells.map(({ id }) => id);
  if (ids.some((id) => !id)) problems.push('a cell has no id: save it with JupyterLab');
  else if (new Set(ids).size < ids.length) problems.push('two cells have the same id');
  if (bytes > largest)
    problems.push(`is ${(bytes / 1e6).toFixed(1)} MB large; at most ${largest / 1e6}: plot fewer points`);
  return problems.map((message) => ({ message }));
};

/** The stored outputs are those of a full run of these very sources. */
export const stored: Rule = ({ notebook, isSolution, number }) => {
  const stale = staleness(notebook);
  if (stale) {
    const cure = stale.includes('prose') ? '--stamp (nothing runs)' : '--write';
    return [{ message: `${stale}: npm run notebooks -- ${number ?? ''} ${cure}` }];
  }
  if (isSolution) return [];
  const cure = `npm run notebooks -- ${number ?? ''} --profile full --write`;
  if (!notebook.metadata.lstm_lab) return [{ message: `has no stored outputs: ${cure}` }];
  if (notebook.metadata.lstm_lab.profile !== 'full') return [{ message: `stores the outputs of a quick run: ${cure}` }];
  return [];
};

export const noMachinePaths: Rule = (lesson) =>
  lesson.notebook.cells.flatMap((cell) => {
    const found = machinePath([textOf(cell.source)], sourcePaths) ?? machinePath(outputsOf(cell));
    return found ? [inCell(lesson, cell, `holds ${found}, a path that only one machine has`)] : [];
  });
