/** The course around the lessons: how much to compute, the claims they make, the exercises they set. */
export { pick, profile, type Profile } from './profile';
export { claim, formatValue, readClaims, type Claim, type ClaimsFile, type Measurement } from './claims';
export { sourcesTable } from './sources';
export { exercise, lessonExercises, lessonsWithExercises, CheckResult, Exercise } from './exercise';
export type { ExerciseDefinition, LessonExercises, Verdict } from './exercise';
