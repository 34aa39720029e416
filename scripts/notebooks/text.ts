/** Small matters of text in terminals and reports. */

// Control sequences of ECMA-48: colours, cursor, titles, links. Node's own stripVTControlCharacters needs quadratic time for some texts.
const controlSequence =
  // eslint-disable-next-line no-control-regex -- they start with the control character ESC
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;

export const stripControlSequences = (text: string): string => text.replace(controlSequence, '');

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const seconds = (value: number): string =>
  value < 10 ? `${value.toFixed(1)} s` : value < 120 ? `${value.toFixed(0)} s` : `${(value / 60).toFixed(1)} min`;

export const megabytes = (value: number): string => `${Math.round(value)} MB`;
