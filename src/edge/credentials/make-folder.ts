import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are lacking, for their owner alone; throws what the system says. Step by step, as
 * in src/edge/files: Node's own `recursive` never comes back from a place that refuses to hold folders, such as /proc.
 */
export function makeFolder(path: string): void {
  const lacking: string[] = [];
  for (let at = path; !existsSync(at); at = dirname(at)) lacking.unshift(at);
  for (const folder of lacking) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Another run may have made it in between.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
