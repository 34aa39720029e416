/**
 * Exercises and their checkers.
 *
 * Each lesson keeps its exercises as data in a file of its own, `lib/course/exercises/NN.ts`, found by its name:
 *
 * ```ts
 * import { defineExercises, number } from '../exercise';
 *
 * export default defineExercises({
 *   '02.1': {
 *     question: 'How many weights has Bidirectional(LSTM(64)) on 128 inputs?',
 *     check: number({
 *       expected: 98_816,
 *       hint: 'A bidirectional layer is two layers, each with weights of its own; what does one of them have?',
 *       mistakes: [{ value: 49_408, hint: 'That is one direction. How many are there?' }],
 *     }),
 *     praise: 'Right: two LSTMs of 49,408 weights each.',
 *   },
 * });
 * ```
 *
 * `check` is a function from an answer to `passed()` or `hint('…')`; `number`, `text`, `choice`, `fn`, `tensor` and `model` in
 * `checkers.ts` make the common ones. A hint says where to look; it never holds the answer.
 */
import fs from 'node:fs';
import path from 'node:path';
import { displaySymbol, type Displayable, type MimeBundle } from '../notebook';
import { escapeHTML } from '../table';
import { exerciseType } from './reports';
import { hint, type Verdict } from './verdict';

export * from './checkers';
export * from './verdict';

/** One exercise: its question in a sentence, and the function that judges an answer. */
export interface ExerciseDefinition {
  question: string;
  check: (answer: unknown) => Verdict | Promise<Verdict>;
  /** Said when the answer is right; it may explain why. */
  praise?: string;
}

/** The exercises of a lesson by id, lesson and number: '02.1', '06b.3'. */
export type LessonExercises = Record<string, ExerciseDefinition>;

/** Declares a lesson's exercises: the default export of `exercises/NN.ts`. */
export function defineExercises<T extends LessonExercises>(exercises: T): T {
  return exercises;
}

/** What the checker says of an answer; shown under the cell, and reported to the runner as `{ id, passed }`. */
export class CheckResult implements Displayable {
  constructor(
    readonly id: string,
    /** Settles with the verdict; a checker that trains or predicts takes a moment. */
    readonly verdict: Promise<Verdict>,
  ) {}

  async [displaySymbol](): Promise<MimeBundle> {
    const { passed, message } = await this.verdict;
    const color = passed ? '#009E73' : '#E69F00';
    const mark = passed ? '✓' : '→';
    return {
      [exerciseType]: { id: this.id, passed },
      'text/plain': `${mark} ${message}`,
      'text/html':
        `<div style="border-left:4px solid ${color};padding:.3em .8em">` +
        `<b style="color:${color}">${mark}</b> ${escapeHTML(message)}</div>`,
    };
  }
}

/** An exercise that a reader may try as often as they like. */
export class Exercise {
  constructor(
    readonly id: string,
    private readonly definition: ExerciseDefinition,
  ) {}

  /** The question in a sentence. */
  get question(): string {
    return this.definition.question;
  }

  /** Judges an answer: praise, a hint, or, as long as there is none, a reminder of the question. Never throws, never reveals. */
  check(answer: unknown): CheckResult {
    return new CheckResult(this.id, this.judge(answer));
  }

  private async judge(given: unknown): Promise<Verdict> {
    try {
      const answer = await given;
      if (isBlank(answer)) return hint(`Not answered yet. ${this.question}`);
      const verdict = await this.definition.check(answer);
      if (verdict.passed) return { passed: true, message: verdict.message || this.definition.praise || 'Right.' };
      return { passed: false, message: verdict.message };
    } catch (error) {
      return hint(`Not yet: the checker could not use this answer (${messageOf(error)}). ${this.question}`);
    }
  }
}

/** The exercise with this id ('02.1': lesson 02, number 1); throws on one that does not exist and names those that do. */
export function exercise(id: string): Exercise {
  const lesson = id.split('.')[0];
  const exercises = lessonExercises(lesson);
  if (!exercises) {
    throw new Error(
      `exercise('${id}'): lesson ${lesson} has no exercises; these have: ${lessonsWithExercises().join(', ')}.`,
    );
  }
  const definition = Object.hasOwn(exercises, id) ? exercises[id] : undefined;
  if (!definition) throw new Error(`exercise('${id}'): lesson ${lesson} has ${Object.keys(exercises).join(', ')}.`);
  return new Exercise(id, definition);
}

const folder = path.join(__dirname, 'exercises');

/** The lessons that have exercises: `['00', '01', …]`. */
export function lessonsWithExercises(): string[] {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((file) => /^\d\d[a-z]?\.(js|ts)$/.test(file));
  return [...new Set(files.map((file) => path.parse(file).name))].sort();
}

/** All exercises of a lesson ('02'); undefined when it has none. */
export function lessonExercises(lesson: string): LessonExercises | undefined {
  if (!lessonsWithExercises().includes(lesson)) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- each lesson's file is found by its name
  return (require(path.join(folder, lesson)) as { default: LessonExercises }).default;
}

const isBlank = (answer: unknown): boolean =>
  answer === undefined || answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0);

const messageOf = (error: unknown): string => (error as Error | undefined)?.message ?? String(error);
