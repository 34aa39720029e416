/** The course around the lessons: how much to compute, the claims they make, the exercises they set. */
export { browserProgram } from './browser-program';
export { pick, profile, type Profile } from './profile';
export { claim, ordering } from './claims';
export { formatValue } from './claim-format';
export { readClaims, type Claim, type ClaimsFile, type Statement } from './claims-file';
export { evidence } from './evidence';
export { lessonFacts, type LessonFacts } from './lessons';
export { YARDSTICK, type Measurement } from './judgement';
export { python } from './python';
export { sourcesTable } from './sources';
export { exercise, lessonExercises, lessonsWithExercises, CheckResult, Exercise } from './exercise';
export type { ExerciseDefinition, LessonExercises, Verdict } from './exercise';
