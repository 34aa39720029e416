/** What the terminal shows while set-up works: one line a step, a spinner where there is a terminal. */
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const NAME_WIDTH = 20;

const seconds = (ms) => `${Math.max(1, Math.round(ms / 1000))} s`;

/**
 * @param {NodeJS.WriteStream} [out]
 * @returns {{ say(text: string): void, start(name: string): { report(line: string): void, done(note?: string): void, failed(): void } }}
 */
export function terminalProgress(out = process.stdout) {
  const live = out.isTTY && !process.env.CI;
  const say = (text) => out.write(`${text}\n`);
  return {
    say,
    start(name) {
      const began = Date.now();
      let last = '';
      let frame = 0;
      const draw = () => {
        const head = `${FRAMES[frame++ % FRAMES.length]} ${name.padEnd(NAME_WIDTH)} ${seconds(Date.now() - began).padStart(5)}  `;
        out.write(`\r\x1b[2K${(head + last).slice(0, (out.columns ?? 80) - 1)}`);
      };
      if (!live) say(`  ${name} ...`);
      const timer = live ? setInterval(draw, 100) : undefined;
      const end = (mark, note) => {
        clearInterval(timer);
        if (live) out.write('\r\x1b[2K');
        say(`${mark} ${name.padEnd(NAME_WIDTH)} ${seconds(Date.now() - began).padStart(5)}${note ? `  ${note}` : ''}`);
      };
      return {
        report: (line) => {
          last = line.replace(/[^\x20-\x7e]/g, ' ');
        },
        done: (note) => end('✓', note),
        failed: () => end('✗', undefined),
      };
    },
  };
}

/** Says nothing at all: for `--json` and for tests. */
export const silentProgress = () => ({
  say: () => {},
  start: () => ({ report: () => {}, done: () => {}, failed: () => {} }),
});
