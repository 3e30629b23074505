import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How often a file is looked at where nobody tells of changes (network file systems). */
const LOOK_MS = 10_000;

/**
 * Calls `changed` with the text of a file whenever it is another one than before. The folder is watched, because a
 * ConfigMap volume and most editors put a new file in the place of the old one. A file that cannot be read is looked at
 * again with the next event. Gives the function that ends it.
 */
export function watchFile(file: string, text: string, changed: (text: string) => void): () => void {
  let last = text;
  let busy = false;
  let again = false;
  let ended = false;
  const look = async (): Promise<void> => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const now = await readFile(file, 'utf8').catch(() => undefined);
    busy = false;
    if (ended) return;
    // An empty text is a file that is just being written; the event of its end is still to come.
    if (now !== undefined && now !== last && now !== '') {
      last = now;
      changed(now);
    }
    if (again) {
      again = false;
      await look();
    }
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(file), { persistent: false }, () => void look());
    watcher.on('error', () => watcher?.close());
  } catch {
    // Too many watches on this machine: looking now and then is left.
  }
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  return () => {
    ended = true;
    watcher?.close();
    clearInterval(timer);
  };
}
