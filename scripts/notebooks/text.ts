/** Small matters of text in terminals and reports. */

// eslint-disable-next-line no-control-regex -- ANSI colour codes start with the control character ESC
export const stripAnsi = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '');

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const seconds = (value: number): string =>
  value < 10 ? `${value.toFixed(1)} s` : value < 120 ? `${value.toFixed(0)} s` : `${(value / 60).toFixed(1)} min`;

export const megabytes = (value: number): string => `${Math.round(value)} MB`;
