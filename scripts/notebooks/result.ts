/** What one run of one notebook came to. */
import type { ExerciseReport, Measurement } from './claims';
import type { CellError, CellStatus } from './executor';
import type { Profile } from './options';

export interface CellResult {
  /** Counts the code cells from 1. */
  number: number;
  /** The number that JupyterLab shows beside the cell: skipped cells do not count. */
  executionCount?: number;
  /** Counts all cells from 0. */
  index: number;
  id?: string;
  status: CellStatus | 'not run';
  seconds: number;
  error?: CellError;
}

export type FailureKind =
  | 'error' // a cell raised, or did not raise although it is tagged raises-exception
  | 'late error' // raised after its cell had finished
  | 'timeout'
  | 'kernel' // it died, or never started
  | 'claim'
  | 'exercise'
  | 'budget'
  | 'stored outputs'
  | 'notebook'; // the file itself

export interface Failure {
  kind: FailureKind;
  message: string;
  /** The code cell's number, where the failure has one. */
  cell?: number;
  line?: number;
  /** The source line that failed. */
  source?: string;
  /** The failing cell that this one merely follows from. */
  follows?: number;
  traceback?: string[];
}

/** A measurement as `claims.json` wants it written and what it asks of it, in words; neither where it knows no such claim. */
export type JudgedMeasurement = Measurement & { shown?: string; allowed?: string };

export interface NotebookResult {
  /** The file's name without its ending. */
  name: string;
  file: string;
  profile: Profile;
  passed: boolean;
  seconds: number;
  /** Peak resident memory of the kernel. */
  megabytes: number;
  /** Tensors alive at the end; undefined where the notebook uses none. */
  tensors?: number;
  cells: CellResult[];
  claims: JudgedMeasurement[];
  exercises: ExerciseReport[];
  failures: Failure[];
  warnings: string[];
}
