/** What the library asks of the program that it runs in, of a page: its console, its event loop. */
import type * as node from '../platform';

/** A turn of the event loop; not by a timer, which browsers hold up for 4 ms. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

export const setting: typeof node.setting = () => undefined;

export const print: typeof node.print = (text) => console.log(text.replace(/\n$/, ''));

export const warn: typeof node.warn = (sentence) => console.warn(`lstm-lab: ${sentence}`);

export const terminalWidth: typeof node.terminalWidth = () => undefined;

export const processName: typeof node.processName = () => 'page';
