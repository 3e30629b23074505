import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type LabOptions, type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { enter, keysOf, type LabAt } from '../loopback/lab.ts';

export type Variables = Readonly<Record<string, string>>;

/** What a program printed, and how it ended: -1 if by a signal or not at all. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a program is run in: nothing of this process comes along. */
export interface Beside {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs a program while this process goes on: the lab that it asks runs here. */
export function beside(program: string, args: readonly string[], { env, cwd, input = '' }: Beside): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...env }, cwd, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, [...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
    child.stdin?.end(input);
  });
}

/** The same for what has to end well: what it printed; throws with what it complained about. */
export async function outputOf(program: string, args: readonly string[], around: Beside): Promise<string> {
  const { code, out, err } = await beside(program, args, around);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${err}${out}`);
  return out;
}

/** A shell with a home of its own and no credentials, in which no client asks twice. */
export function shellAt(home: string, region = 'eu-west-1'): Variables {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    KUBECONFIG: join(home, 'kubeconfig'),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The same of somebody of a lab (`111111111111/admin`), by the lab's own way in. */
export async function shellOf(lab: LabAt, home: string, as: string): Promise<Variables> {
  const { region, credentials } = await enter(lab, as);
  return { ...shellAt(home, region), AWS_ENDPOINT_URL: lab.endpoint, ...keysOf(credentials) };
}

/** A lab of this process, and a home folder of those who ask it. */
export interface LabBeside extends LabAt {
  readonly home: string;
  /** The shell of somebody: `111111111111/admin`. */
  readonly shell: (as: string) => Promise<Variables>;
}

/** Opens a lab before the tests that stand beside the call, and closes it after them; it is there when they run. */
export function labBeside(options: Partial<LabOptions> = {}): LabBeside {
  let lab: RunningLab;
  let home: string;
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date(), ...options });
    home = mkdtempSync(join(tmpdir(), 'causeway-lab-'));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  });
  return {
    get endpoint() {
      return lab.endpoint;
    },
    get home() {
      return home;
    },
    shell: (as) => shellOf(lab, home, as),
  };
}
