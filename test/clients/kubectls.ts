import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The versions of kubectl beside the one on the PATH, as distributions of several put them; else that one alone. */
export function kubectls(): readonly string[] {
  const names = ['1.29', '1.30', '1.31', '1.32', '1.33'].map((version) => `kubectl.${version}`);
  try {
    const own = realpathSync(execFileSync('which', ['kubectl'], { encoding: 'utf8' }).trim());
    const beside = names.map((name) => join(dirname(own), name)).filter((path) => existsSync(path));
    return beside.length === 0 ? ['kubectl'] : beside;
  } catch {
    return ['kubectl'];
  }
}
