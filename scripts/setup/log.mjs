/** The full log of a set-up: opened when the first line is written, so that a run with nothing to do leaves the last one. */
import fs from 'node:fs';
import path from 'node:path';

export function openLog(file) {
  let open = false;
  return {
    path: file,
    write(text) {
      try {
        if (!open) {
          fs.mkdirSync(path.dirname(file), { recursive: true });
          fs.writeFileSync(
            file,
            `${new Date().toISOString()} Node ${process.version} ${process.platform}-${process.arch}\n`,
          );
          open = true;
        }
        fs.appendFileSync(file, text);
      } catch {
        // On a full disk the words on the terminal matter, and they need no log.
      }
    },
  };
}
