import { execFileSync, spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** A real program that tests meet. */
export interface Client {
  /** Runs it and gives back what it printed; throws with what it complained about. */
  readonly run: (...args: readonly string[]) => string;
  /** The same with some of its surrounding said: variables of the environment, the folder. */
  readonly runIn: (around: Around, ...args: readonly string[]) => string;
}

/** What a program is run in. */
export interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/**
 * A ring of tests around a program that is not part of the repository (aws, kubectl, moto_server).
 *
 * With CI=true an absent program fails the ring; on a developer's machine the ring is skipped and its name says why.
 *
 * @param program the name on the PATH
 * @param probe arguments with which it ends at once and with 0, such as `--version`
 */
export function ring(program: string, probe: readonly string[], tests: (client: Client) => void): void {
  const there = spawnSync(program, [...probe], { stdio: 'ignore' }).status === 0;
  const runIn: Client['runIn'] = ({ env = {}, cwd = process.cwd() }, ...args) =>
    execFileSync(program, [...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      cwd,
      maxBuffer: 64 * 1024 * 1024,
    });
  const client: Client = { run: (...args) => runIn({}, ...args), runIn };
  if (there || process.env['CI'] === 'true') describe(`with ${program}`, () => tests(client));
  else describe.skip(`with ${program} (skipped: it is not installed here)`, () => tests(client));
}
