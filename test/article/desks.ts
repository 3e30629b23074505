import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { type LogEntry, type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { beside, type Ended } from '../clients/beside.ts';
import { askLab, credentialsIn, enter, keysOf, type Printed, profileOf } from '../loopback/lab.ts';

/** The article's accounts: the cluster's, the pipeline's, the auditors'. */
export const [A, B, C] = ['111111111111', '222222222222', '333333333333'] as const;

/** Somebody's machine: a home folder of its own, so that nobody finds the profiles and kubeconfigs of another. */
export interface Desk {
  /** Runs a line of POSIX shell. */
  readonly run: (line: string, input?: string) => Promise<Ended>;
  /** Sets a variable of its shell; undefined takes it away. */
  readonly set: (name: string, value: string | undefined) => void;
  /** Writes a file below the home folder. */
  readonly write: (path: string, text: string) => void;
}

/** One thing that somebody types, and what comes of it. */
export interface Step {
  /** What it is for, in our words. */
  readonly step: string;
  readonly at: string;
  readonly run: string;
  /** What is fed to it. */
  readonly input?: string;
  /** What has to be in what it prints: on stdout when it ends well, on stderr too when it does not. */
  readonly says?: string | RegExp;
  /** Whether it ends with 0. */
  readonly works: boolean;
  /** Faults of the article, as facts/eks.md §8 counts them, that show here. */
  readonly faults?: readonly number[];
  /** Keeps something of what was printed for later lines. */
  readonly keeps?: (out: string, desks: Desks) => Promise<void> | void;
}

/** A lab with the people around it. */
export interface Desks {
  readonly lab: RunningLab;
  readonly desk: (name: string) => Desk;
  readonly close: () => Promise<void>;
}

/** Opens a bare lab and desks around it. */
export async function openDesks(): Promise<Desks> {
  const lab = await startLab({ port: 0, bare: true, now: () => new Date() });
  const top = mkdtempSync(join(tmpdir(), 'causeway-article-'));
  const desks = new Map<string, Desk>();
  return {
    lab,
    desk: (name) => {
      const desk = desks.get(name) ?? makeDesk(join(top, name), lab.endpoint);
      desks.set(name, desk);
      return desk;
    },
    close: async () => {
      await lab.close();
      rmSync(top, { recursive: true, force: true });
    },
  };
}

/** Sits people of the lab down at desks, with their credentials as the default profile: by the lab's own way in. */
export async function people({ lab, desk }: Desks, who: Readonly<Record<string, string>>): Promise<void> {
  for (const [at, as] of Object.entries(who)) {
    desk(at).write('.aws/credentials', profileOf('default', (await enter(lab, as)).credentials));
  }
}

/** A role of one of the accounts, made by its administrator: what is there before a story starts. */
export async function role(
  { lab }: Desks,
  account: string,
  { name, trust, may }: { readonly name: string; readonly trust: string; readonly may?: string },
): Promise<void> {
  const { credentials } = await enter(lab, `${account}/admin`);
  const iam = new IAMClient({ endpoint: lab.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  if (may !== undefined) await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: may }));
  iam.destroy();
}

/** Every reason that the lab's log gives. */
export async function logged({ lab }: Desks): Promise<readonly string[]> {
  const { calls } = await askLab<{ readonly calls: readonly LogEntry[] }>(lab, 'log');
  return calls.flatMap(({ decisions }) => decisions.map(({ reason }) => reason));
}

/** Makes a desk's shell somebody by the three variables that the article names; what `aws sts assume-role` printed goes in. */
export function become(desk: Desk, printed: string): void {
  const { Credentials } = JSON.parse(printed) as { readonly Credentials: Printed };
  for (const [name, value] of Object.entries(keysOf(credentialsIn(Credentials)))) desk.set(name, value);
}

function makeDesk(home: string, endpoint: string): Desk {
  mkdirSync(home, { recursive: true });
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_DEFAULT_OUTPUT: 'json',
  };
  return {
    run: (line, input = '') => beside('sh', ['-c', line], { env, cwd: home, input }),
    set: (name, value) => {
      if (value === undefined) delete env[name];
      else env[name] = value;
    },
    write: (path, text) => {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text, { mode: 0o600 });
    },
  };
}

/** Types the steps in order; the first that comes out otherwise fails the test and is named. */
export async function follow(desks: Desks, steps: readonly Step[]): Promise<void> {
  for (const { step, at, run, input, says = '', works, keeps } of steps) {
    const { code, out, err } = await desks.desk(at).run(run, input);
    const what = `${step}\n${at}$ ${run}\n${out}${err}`;
    expect(code === 0, what).toBe(works);
    const said = works ? out : `${out}${err}`;
    if (typeof says === 'string') expect(said, what).toContain(says);
    else expect(said, what).toMatch(says);
    await keeps?.(out, desks);
  }
}
