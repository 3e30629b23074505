import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { driftOutput } from '../../src/cli/output/drift.ts';
import { type PlanOutput, planOutput } from '../../src/cli/output/plan.ts';
import type { LogEntry } from '../../src/edge/lab/index.ts';
import { CI } from '../apply/steps.ts';
import { DELIVERY, type LabWorld, labWorld, PLATFORM, SECURITY } from '../apply/world.ts';
import { type Person, personOf, write } from './apply-person.ts';
import { cli, type Ran } from './run.ts';

const log: LogEntry[] = [];
let world: LabWorld;
let person: Person;
beforeEach(async () => {
  world = await labWorld({ onLog: (entry) => log.push(entry) });
  person = await personOf(world);
  write(person, 'causeway.yaml', readFileSync('examples/article/causeway.yaml', 'utf8'));
});
afterEach(async () => {
  person.close();
  await world.lab.close();
});

const PLATFORM_IN = ['--credentials', 'platform=profile:platform'] as const;
const SECURITY_IN = ['--credentials', 'security=profile:security'] as const;
const OTHERS = [...PLATFORM_IN, ...SECURITY_IN] as const;

/** The owner of an account makes evidence of it. */
async function sent(name: string, alias: string, account: string, ...words: readonly string[]): Promise<string> {
  const { exit, err } = await person.run('evidence', '--account', account, '--profile', alias, ...words, '-o', name);
  expect([exit, err]).toEqual([0, '']);
  return name;
}

const delivery = (name: string): Promise<string> => sent(name, 'delivery', DELIVERY, '--principal', CI);

/** Whoever has credentials for all accounts makes the file true. */
async function everything(): Promise<void> {
  expect((await person.run('apply', ...person.credentials, '--yes')).exit).toBe(0);
}

async function planned(...words: readonly string[]): Promise<PlanOutput> {
  const { out, err } = await person.run('plan', ...words, '-o', 'json');
  expect(err).toBe('');
  return planOutput.parse(JSON.parse(out));
}

const statesOf = ({ steps }: Pick<PlanOutput, 'steps'>, account: string): readonly string[] =>
  steps.filter((step) => step.account === account).map(({ state }) => state);

/** Calls that were made with credentials of an account. */
async function callsBy(account: string, during: () => Promise<unknown>): Promise<readonly LogEntry[]> {
  const before = log.length;
  await during();
  return log.slice(before).filter(({ caller }) => caller?.includes(`:${account}:`) === true);
}

describe('plan, apply and drift with evidence of an account', () => {
  it('plans from it: its steps are for its owner, the others are ours, and its date is shown', async () => {
    const file = await delivery('delivery.evidence');
    let ran: Ran = { exit: 0, out: '', err: '' };
    const calls = await callsBy(DELIVERY, async () => {
      ran = await person.run('plan', '--live', ...OTHERS, '--evidence', file, '--hand-over', 'for-delivery');
    });
    expect(calls).toEqual([]);
    expect(ran.exit).toBe(1);
    expect(ran.err).toBe('note: for-delivery has the part of 222222222222 (delivery)\n');
    expect(ran.out).toContain('account 222222222222 (delivery), from evidence\n');
    expect(ran.out.replaceAll(/\s+/g, ' ')).toMatch(
      /Read from evidence; what changed there since is not seen: - account 222222222222 \(delivery\): delivery.evidence, collected \S+Z \(0 minutes old\), by arn:aws:iam::222222222222:user\/admin/,
    );
    const plan = await planned('--live', ...OTHERS, '--evidence', file);
    expect(statesOf(plan, DELIVERY)).toEqual(['other-owner']);
    expect(new Set(statesOf(plan, PLATFORM))).toEqual(new Set(['to-do']));
    expect(plan.evidence).toMatchObject([{ account: DELIVERY, as: `arn:aws:iam::${DELIVERY}:user/admin` }]);
    expect(readFileSync(join(person.folder, 'for-delivery', DELIVERY, 'commands.sh'), 'utf8')).toContain('put-role-policy');
  });

  it('the plan is the one of an account that is read live', async () => {
    const live = await planned('--live', ...person.credentials);
    const from = await planned('--live', ...OTHERS, '--evidence', await delivery('same.evidence'));
    const wishes = ({ steps }: PlanOutput) => steps.map(({ id, verb, resource }) => ({ id, verb, resource }));
    expect(wishes(from)).toEqual(wishes(live));
    const gains = ({ diff }: PlanOutput) =>
      diff.changes.map(({ principal, scope, certainty }) => ({ principal, scope, certainty }));
    expect(gains(from)).toEqual(gains(live));
    // What its owner left out is said to be unseen.
    expect([live, from].map(({ diff }) => diff.gaps.map(({ id }) => id))).toEqual([[], [`roles:${DELIVERY}`]]);
  });

  it('a role of the file for the account is not used then', async () => {
    const text = readFileSync('examples/article/causeway.yaml', 'utf8');
    const pattern = write(
      person,
      'pattern.yaml',
      text.replace('"222222222222" }', '"222222222222", credentials: { role: gone } }'),
    );
    const plan = await planned(pattern, '--live', ...OTHERS, '--evidence', await delivery('delivery.evidence'));
    expect(statesOf(plan, DELIVERY)).toEqual(['other-owner']);
  });

  it('apply leaves it alone, and its owner finds the rest to do', async () => {
    const file = await delivery('delivery.evidence');
    const words = ['apply', ...OTHERS, '--evidence', file, '--yes'];
    const calls = await callsBy(DELIVERY, async () => {
      const ran = await person.run(...words);
      expect([ran.exit, ran.out]).toEqual([1, expect.stringContaining('NOT DONE: platform-access: 10 of 11')]);
      expect(ran.out).toContain('delivery.evidence, collected');
      expect((await person.run(...words, '--mine')).exit).toBe(0);
    });
    expect(calls).toEqual([]);
    // A part of a grant that was applied is seen not to be there.
    const lacking = await person.run('drift', ...OTHERS, '--evidence', file, '-o', 'json');
    expect([lacking.exit, driftOutput.parse(JSON.parse(lacking.out)).drifted]).toMatchObject([1, [{ code: 'gone' }]]);
    await everything();
    // The old evidence does not show it, the new one does.
    expect(statesOf(await planned('--live', ...OTHERS, '--evidence', file), DELIVERY)).toEqual(['other-owner']);
    const fresh = await delivery('fresh.evidence');
    const plan = await planned('--live', ...OTHERS, '--evidence', fresh);
    expect([plan.exitCode, statesOf(plan, DELIVERY)]).toEqual([0, ['done']]);
    const drift = driftOutput.parse(JSON.parse((await person.run('drift', ...OTHERS, '--evidence', fresh, '-o', 'json')).out));
    expect(drift).toMatchObject({ drifted: [], pending: [], unseen: [], exitCode: 0, evidence: [{ account: DELIVERY }] });
    expect((await person.run('drift', ...OTHERS, '--evidence', fresh)).out).toContain('fresh.evidence, collected');
  });

  it('what evidence does not show is not seen: neither there nor gone', async () => {
    await everything();
    const other = await sent('narrow.evidence', 'delivery', DELIVERY, '--principal', `arn:aws:iam::${DELIVERY}:user/admin`);
    const plan = await planned('--live', ...OTHERS, '--evidence', other);
    expect(statesOf(plan, DELIVERY)).toEqual(['other-owner']);
    for (const evidence of [['--evidence', other], []]) {
      const { exit, out } = await person.run('drift', ...OTHERS, ...evidence, '-o', 'json');
      expect([exit, JSON.parse(out)]).toMatchObject([3, { drifted: [], pending: [], unseen: [{ grant: 'ci-deploys-my-app' }] }]);
    }
  });

  it('the account of the clusters may be the one that sent it', async () => {
    const file = await sent('platform.evidence', 'platform', PLATFORM, '--cluster', `${PLATFORM}/eu-west-1/prod`);
    const own = ['--credentials', 'delivery=profile:delivery', ...SECURITY_IN, '--evidence', file];
    const plan = await planned('--live', ...own);
    expect(new Set(statesOf(plan, PLATFORM))).toEqual(new Set(['other-owner']));
    expect(statesOf(plan, DELIVERY)).toEqual(['to-do']);
    const calls = await callsBy(PLATFORM, async () => {
      // The caller's policy waits for the role, which the other owner makes.
      const ran = await person.run('apply', ...own, '--yes', '--mine');
      expect([ran.exit, ran.out]).toEqual([1, expect.stringContaining('it comes after')]);
    });
    expect(calls).toEqual([]);
    expect((await person.run('apply', ...OTHERS, '--yes', '--mine')).exit).toBe(0);
    const fresh = await sent('fresh.evidence', 'platform', PLATFORM, '--cluster', `${PLATFORM}/eu-west-1/prod`);
    const then = ['--credentials', 'delivery=profile:delivery', ...SECURITY_IN, '--evidence', fresh];
    expect((await person.run('apply', ...then, '--yes')).exit).toBe(0);
    expect((await planned('--live', ...then)).exitCode).toBe(0);
  });

  it('where every account sent it nobody is asked, and the hand-over has the way to the cluster', async () => {
    const files = [
      await sent('platform.evidence', 'platform', PLATFORM, '--cluster', `${PLATFORM}/eu-west-1/prod`),
      await delivery('delivery.evidence'),
      await sent('security.evidence', 'security', SECURITY),
    ].flatMap((name) => ['--evidence', name]);
    const before = log.length;
    const plan = await planned('--live', ...files, '--mine');
    expect([plan.exitCode, new Set(plan.steps.map(({ state }) => state))]).toEqual([0, new Set(['other-owner'])]);
    expect((await person.run('plan', '--live', ...files, '--hand-over', 'all')).exit).toBe(1);
    expect(log).toHaveLength(before);
    expect(readFileSync(join(person.folder, 'all', DELIVERY, 'kubeconfig'), 'utf8')).toContain('cluster/prod');
  });

  it('stands beside a folder, too', async () => {
    await everything();
    const file = await delivery('delivery.evidence');
    const accounts = ['--account', `platform=${PLATFORM}`, '--account', `security=${SECURITY}`];
    const { err } = await person.run('collect', ...accounts, '--cluster', `${PLATFORM}/eu-west-1/prod`, ...OTHERS, '-o', 'inv');
    expect(err).not.toContain('error');
    const plan = await planned('--inventory', 'inv', '--evidence', file);
    expect(statesOf(plan, DELIVERY)).toEqual(['done']);
    expect(new Set(statesOf(plan, PLATFORM))).toEqual(new Set(['done']));
    const drift = await person.run('drift', '--inventory', 'inv', '--evidence', file);
    expect(drift.out).toContain('delivery.evidence, collected');
  });
});

describe('refused evidence', () => {
  const at = (account: string, collectedAt: unknown, by = account): string =>
    [
      'causeway evidence 1',
      `=== accounts/${account}/inventory.json`,
      JSON.stringify({ version: 1, collectedAt, as: [`arn:aws:iam::${by}:user/admin`] }),
      '',
    ].join('\n');
  const NOW = new Date('2026-11-23T12:00:00Z');
  const today = '2026-11-23T11:00:00Z';
  const texts: Readonly<Record<string, string>> = {
    'good.evidence': at(DELIVERY, today),
    'again.evidence': at(DELIVERY, '2026-11-22T11:00:00Z'),
    'stranger.evidence': at('444444444444', today),
    'by-other.evidence': at(DELIVERY, today, SECURITY),
    'old.evidence': at(DELIVERY, '2026-11-14T11:00:00Z'),
    'future.evidence': at(DELIVERY, '2026-11-23T13:00:00Z'),
    'undated.evidence': at(DELIVERY, undefined),
    'nonsense.evidence': '{}\n',
    'two-accounts.evidence': `${at(DELIVERY, today)}=== accounts/${SECURITY}/iam.json\n{}\n`,
  };
  const evidence = (...names: readonly string[]) => names.flatMap((name) => ['--evidence', name]);

  it.each<[string, readonly string[], string]>([
    [
      'and credentials',
      [...evidence('good.evidence'), '--credentials', 'delivery=profile:delivery'],
      'account 222222222222 (delivery) has evidence (good.evidence) and --credentials delivery=…',
    ],
    [
      'and credentials by id',
      [...evidence('good.evidence'), '--credentials', `${DELIVERY}=profile:delivery`],
      'leave the evidence out, and the account is read as it is now',
    ],
    [
      'of an account that the file does not speak of',
      evidence('stranger.evidence'),
      'stranger.evidence is evidence of account 444444444444, which platform-access does not speak of hint: its accounts are 111111111111 (platform)',
    ],
    [
      'twice of one account',
      evidence('good.evidence', 'again.evidence'),
      'good.evidence (2026-11-23T11:00:00Z) and again.evidence (2026-11-22T11:00:00Z); leave one out',
    ],
    [
      'by somebody of another account',
      evidence('by-other.evidence'),
      'was collected as arn:aws:iam::333333333333:user/admin, of another account',
    ],
    ['of two accounts', evidence('two-accounts.evidence'), 'it speaks of several accounts'],
    [
      'too old',
      evidence('old.evidence'),
      'old.evidence is too old: collected 2026-11-14T11:00:00Z, 9 days old; beside what is there now it may be 7 days old hint: ask its owner for a new one: causeway evidence --account 222222222222',
    ],
    ['of a time to come', evidence('future.evidence'), 'yet to come'],
    ['without a date', evidence('undated.evidence'), 'does not say when it was collected'],
    ['that is none', evidence('nonsense.evidence'), 'nonsense.evidence is no evidence: its first line is not'],
    ['that is not there', evidence('none.evidence'), 'there is no file none.evidence'],
  ])('%s', async (_, words, message) => {
    for (const [name, text] of Object.entries(texts)) write(person, name, text);
    const around = { env: person.env, home: person.folder, cwd: person.folder, now: () => NOW };
    const before = log.length;
    for (const command of [['plan', '--live'], ['drift'], ['apply', '--yes']]) {
      const { exit, out, err } = await cli([...command, ...PLATFORM_IN, ...words], around);
      expect([command, exit, out, err.replaceAll(/\s+/g, ' ')]).toEqual([command, 2, '', expect.stringContaining(message)]);
    }
    expect(log).toHaveLength(before);
  });

  it('old evidence goes with a folder, whose age is its own', async () => {
    write(person, 'old.evidence', texts['old.evidence'] ?? '');
    mkdirSync(join(person.folder, 'inv'));
    const around = { env: person.env, home: person.folder, cwd: person.folder, now: () => NOW };
    const { out } = await cli(['plan', '--inventory', 'inv', '--evidence', 'old.evidence'], around);
    expect(out).toContain('9 days old');
  });
});
