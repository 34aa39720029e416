/** How much the lessons compute: `quick` for tests and a first look, `full` for the figures that the prose states. */
export type Profile = 'quick' | 'full';

/** The profile of this process, from the environment variable `LSTM_LAB_PROFILE`; `full` when it is not set. */
export const profile: Profile = readProfile(process.env.LSTM_LAB_PROFILE);

/** The value for the profile of this process: `pick({ quick: 1, full: 5 })`. */
export function pick<T>(values: { quick: T; full: T }): T {
  return values[profile];
}

/** Reads a profile's name; throws on any other word. */
export function readProfile(name: string | undefined): Profile {
  if (name === undefined || name === '' || name === 'full') return 'full';
  if (name === 'quick') return 'quick';
  throw new Error(`LSTM_LAB_PROFILE is "${name}"; it must be "quick" or "full".`);
}
