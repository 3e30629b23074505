import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driftOutput } from '../../src/cli/output/drift.ts';
import { AUDIT, CI, roleArn } from '../apply/steps.ts';
import { adminsOf, DELIVERY, type LabWorld, labWorld, PLATFORM, PROD, REGION, SECURITY } from '../apply/world.ts';
import { type Person, personOf, write } from './apply-person.ts';
import type { Ran } from './run.ts';

let world: LabWorld;
let person: Person;
beforeAll(async () => {
  world = await labWorld();
  person = await personOf(world);
  write(person, 'causeway.yaml', readFileSync('examples/article/causeway.yaml', 'utf8'));
});
afterAll(async () => {
  person.close();
  await world.lab.close();
});

const via = (grant: string): readonly string[] => ['--via', roleArn(grant), '--cluster', 'prod'];
const deploy = ['create', 'deployments', '--as', CI, ...via('ci-deploys-my-app'), '--given', 'sts:ExternalId=c0ffee'];
const audit = ['--as', AUDIT, ...via('security-audits')];

const all = (...words: readonly string[]): Promise<Ran> => person.run(...words, ...person.credentials);
const CONFIG_MAP = '/api/v1/namespaces/kube-system/configmaps/aws-auth';

/** Every test leaves the lab as it found it, so that they go in any order. */
async function revokeBoth(...more: readonly string[]): Promise<void> {
  for (const what of ['ci-deploys-my-app', 'security-audits']) {
    const gone = await all('revoke', what, '--yes', ...more);
    expect([gone.exit, gone.err.replaceAll(/^done: .*\n/gm, '')]).toEqual([0, '']);
  }
}

/** A grant of any kind on the lab's cluster. */
function fileOf(name: string, grants: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({
    name,
    accounts: { platform: { id: PLATFORM }, delivery: { id: DELIVERY }, security: { id: SECURITY } },
    clusters: { prod: { account: 'platform', region: REGION, name: 'prod' } },
    grants: grants.map((grant) => ({ on: 'prod', ...grant })),
  });
}

describe('causeway apply on the lab', () => {
  it('asks before it writes, and where nobody can be asked it is wrong use', async () => {
    const { exit, err } = await person.run('apply');
    expect(exit).toBe(2);
    expect(err).toContain('--yes');
  });

  it('a no is a no, and on a terminal it shows how far it is', async () => {
    const before = await world.exported();
    const no = await person.say('no', 'apply', ...person.credentials);
    expect([no.exit, no.err]).toEqual([1, expect.stringContaining('note: nothing was written')]);
    expect(await world.exported()).toEqual(before);
    const yes = await person.say('yes', 'apply', ...person.credentials);
    expect([yes.exit, yes.err]).toEqual([0, expect.stringContaining('applying: 1')]);
    for (const what of ['ci-deploys-my-app', 'security-audits'])
      expect((await person.say('yes', 'revoke', what, ...person.credentials)).exit).toBe(0);
    expect(await world.exported()).toEqual(before);
  });

  it('plan --live says the same beforehand, and writes nothing', async () => {
    const before = await world.exported();
    const { exit, out } = await person.run('plan', '--live', ...person.credentials);
    expect([exit, out]).toEqual([1, expect.stringContaining('DIFFERS: platform-access: 11 to do')]);
    expect(await world.exported()).toEqual(before);
    const mine = await person.run('plan', '--live', ...person.credentials.slice(0, 2), '--hand-over', 'others');
    expect(mine.err).toContain('others has the part of 222222222222');
    expect(readFileSync(`${person.folder}/others/222222222222/kubeconfig`, 'utf8')).toContain('ci-deploys-my-app');
    const both = await person.run('plan', '--live', '--inventory', '.');
    expect([both.exit, both.err]).toEqual([2, expect.stringContaining('leave --inventory out')]);
  });

  it('makes the article true, and a second one changes nothing', async () => {
    const before = await world.exported();
    const first = await person.run('apply', ...person.credentials, '--yes');
    expect([first.exit, first.err.replaceAll(/^done: .*\n/gm, '')]).toEqual([0, '']);
    expect(first.out).toContain('DONE: platform-access');
    expect(await world.canI([...deploy, '-n', 'my-app-ns'])).toBe(0);
    expect(await world.canI([...deploy, '-n', 'default'])).toBe(1);
    expect(await world.canI(['list', 'pods', '-A', ...audit])).toBe(0);
    expect(await world.canI(['list', 'nodes', ...audit])).toBe(0);
    expect(await world.canI(['get', 'secrets', '-A', ...audit])).toBe(1);
    const applied = await world.exported();
    const second = await person.run('apply', ...person.credentials, '--yes');
    expect([second.exit, second.err]).toEqual([0, '']);
    expect(second.out).toContain('NOTHING TO DO');
    expect(await world.exported()).toEqual(applied);
    expect(before).not.toEqual(applied);
    await revokeBoth('--purge-backups');
    expect(await world.exported()).toEqual(before);
  });

  it('does its own part with --mine, and says what is left for others', async () => {
    const own = person.credentials.slice(0, 2);
    const whole = await person.run('apply', ...own, '--yes');
    expect(whole.exit).toBe(1);
    expect(whole.out).toMatch(/NOT DONE: platform-access: 9 of 11/);
    const mine = await person.run('apply', ...own, '--yes', '--mine', '-o', 'json');
    expect(mine.exit).toBe(0);
    const events = mine.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly event: string });
    expect(events[0]).toMatchObject({ event: 'plan', kind: 'Plan' });
    expect((await all('apply', '--yes')).exit).toBe(0);
    await revokeBoth();
  });

  it('drift says what somebody changed, and apply sets it right', async () => {
    expect((await all('apply', '--yes')).exit).toBe(0);
    expect((await all('drift')).exit).toBe(0);
    const admins = adminsOf(world);
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/causeway%3Aplatform-access%3Asecurity-audits';
    await admins.kube(PROD)({ method: 'PATCH', path, body: { subjects: [{ kind: 'Group', name: 'system:authenticated' }] } });
    await admins.iam(PLATFORM, 'aws').deleteInline({ kind: 'role', name: 'ci-deploys-my-app' }, 'describe-cluster');
    const { exit, out } = await all('drift', '-o', 'json');
    expect(exit).toBe(1);
    expect(
      driftOutput
        .parse(JSON.parse(out))
        .drifted.map(({ code, grant }) => `${code} ${grant}`)
        .sort(),
    ).toEqual(['changed security-audits', 'gone ci-deploys-my-app']);
    expect((await all('drift')).out).toContain('DRIFTED: platform-access: 2 things');
    expect((await all('apply', '--yes')).exit).toBe(0);
    expect((await all('drift')).exit).toBe(0);
    await revokeBoth();
  });

  it('a principal goes out of every grant, and what is not in the file is wrong use', async () => {
    const before = await world.exported();
    expect((await all('apply', '--yes')).exit).toBe(0);
    const gone = await all('revoke', AUDIT, '--yes');
    expect([gone.exit, gone.out]).toEqual([0, expect.stringContaining('DONE')]);
    expect(await world.canI(['list', 'pods', '-A', ...audit])).toBe(1);
    expect((await all('revoke', 'arn:aws:iam::999999999999:role/x', '--yes')).exit).toBe(2);
    expect((await all('revoke', 'security-audit', '--yes')).err).toContain('security-audits');
    expect((await all('revoke', 'ci-deploys-my-app', '--yes')).exit).toBe(0);
    expect(await world.exported()).toEqual(before);
  });

  it('a row of aws-auth comes, is brought back by restore, and others keep theirs', async () => {
    const kube = adminsOf(world).kube(PROD);
    const nodes = `# nodes\n- rolearn: arn:aws:iam::${PLATFORM}:role/node # keep\n  username: system:node:{{EC2PrivateDNSName}}\n  groups: [system:bootstrappers, system:nodes]\n`;
    const metadata = { name: 'aws-auth', namespace: 'kube-system' };
    await kube({
      method: 'POST',
      path: '/api/v1/namespaces/kube-system/configmaps',
      body: { metadata, data: { mapRoles: nodes } },
    });
    const grant = { name: 'by-row', to: CI, access: 'view', namespaces: ['my-app-ns'], mechanism: 'aws-auth' };
    write(person, 'rows.yaml', fileOf('rows', [grant]));
    const applied = await all('apply', 'rows.yaml', '--yes');
    expect([applied.exit, applied.out]).toEqual([0, expect.stringContaining('Kept before it was changed')]);
    const live = async (): Promise<string> =>
      ((await kube({ method: 'GET', path: CONFIG_MAP })) as { data: { mapRoles: string } }).data.mapRoles;
    expect((await live()).startsWith(nodes)).toBe(true);
    expect(await live()).toContain('role/by-row');
    const cluster = ['--cluster', PROD, '--credentials', `${PLATFORM}=profile:platform`];
    const listed = await person.run('restore', ...cluster, '--list');
    expect(listed.out).toMatch(/^\d{4}-.*aws-auth {6}causeway-backup-aws-auth-[0-9a-f]{12}\n$/);
    expect((await person.run('restore', ...cluster)).exit).toBe(2);
    const restored = await person.run('restore', ...cluster, '--yes');
    expect([restored.exit, restored.out]).toEqual([
      0,
      expect.stringContaining('-  - rolearn: arn:aws:iam::111111111111:role/by-row'),
    ]);
    expect(restored.out).not.toContain('Let in by it');
    const masters = `- {rolearn: "${CI}", username: x, groups: [system:masters]}\n`;
    const theirs = { metadata: {}, data: { mapRoles: masters } };
    const edge = 'arn:aws:eks:eu-west-1:111111111111:cluster/edge';
    write(person, 'aws-auth-1.json', JSON.stringify({ clusterArn: edge, ...theirs }));
    write(person, 'aws-auth-2.json', JSON.stringify(theirs));
    write(person, 'aws-auth-3.json', '{"clusterArn":1,"data":7}');
    for (const [file, flags, said] of [
      ['aws-auth-1.json', ['--unnamed'], `is a backup of ${edge}, and --cluster is ${PROD}`],
      ['aws-auth-2.json', [], 'does not say of which cluster it is'],
      ['aws-auth-3.json', ['--unnamed'], 'is no backup that can be read'],
    ] as const) {
      const ran = await person.run('restore', ...cluster, '--yes', '-f', file, ...flags);
      expect([file, ran.exit, ran.err.replaceAll(/\s+/g, ' ')]).toEqual([file, 2, expect.stringContaining(said)]);
    }
    const wrong = await person.run('restore', '--cluster', PROD, '--yes', '--credentials', `${PLATFORM}=profile:delivery`);
    expect([wrong.exit, wrong.err.replaceAll(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(`are of account ${DELIVERY}`)]);
    expect(await live()).toBe(nodes);
    const widened = await person.run('restore', ...cluster, '--yes', '-f', 'aws-auth-2.json', '--unnamed');
    expect([widened.exit, widened.out.replaceAll(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining(`Let in by it, as nobody is now: + ${CI} as x, in system:masters`),
    ]);
    await person.run('restore', ...cluster, '--yes');
    expect(await live()).toBe(nodes);
    expect((await person.run('restore', ...cluster, '--yes')).out).toContain('nothing to do');
    expect((await all('drift', 'rows.yaml')).exit).toBe(1);
    expect((await all('apply', 'rows.yaml', '--yes')).exit).toBe(0);
    expect((await all('revoke', 'by-row', '-f', 'rows.yaml', '--yes', '--purge-backups')).exit).toBe(0);
    expect(await live()).toBe(nodes);
    expect((await person.run('restore', ...cluster, '--list')).out).toContain('keeps no backup');
    // As the script of a hand-over has it made by hand: the row, without a mark.
    expect((await all('apply', 'rows.yaml', '--yes')).exit).toBe(0);
    await kube({ method: 'PATCH', path: CONFIG_MAP, body: { metadata: { annotations: { 'causeway/rows': null } } } });
    expect((await all('plan', 'rows.yaml', '--live')).exit).toBe(0);
    const purged = await all('revoke', 'by-row', '-f', 'rows.yaml', '--yes', '--purge-backups');
    expect([purged.exit, purged.out]).toEqual([0, expect.not.stringContaining('Kept before')]);
    expect(await live()).toBe(nodes);
    await kube({ method: 'DELETE', path: CONFIG_MAP });
  });

  it.each([
    [['apply', 'none.yaml', '--yes'], 2, 'there is no grants file'],
    [['apply', '--yes', '--credentials', 'nobody=profile:x'], 2, 'no account is called "nobody"'],
    [['restore', '--yes'], 2, '--cluster is needed'],
    [['restore', '--cluster', PROD, '--yes', '--credentials', 'platform=profile:platform'], 2, 'restore reads no grants file'],
    [['restore', '--cluster', 'prod', '--yes'], 2, 'which account and region'],
    [['restore', '--cluster', PROD, '--yes', 'causeway-backup-x'], 2, 'no backup causeway-backup-x'],
    [['revoke', 'x', '-f', 'none.yaml', '--yes'], 2, 'there is no grants file'],
    [['apply', '-o', 'xml'], 2, 'neither text nor json'],
  ])('%j is refused', async (words, code, text) => {
    const { exit, err } = await person.run(
      ...words,
      ...(words[0] === 'restore' && words.includes(PROD) ? ['--credentials', `${PLATFORM}=profile:platform`] : []),
    );
    expect([exit, err.replaceAll(/\s+/g, ' ')]).toEqual([code, expect.stringContaining(text)]);
  });
});
