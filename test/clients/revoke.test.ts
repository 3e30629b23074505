import { afterAll, beforeAll, expect, it } from 'vitest';
import { DELIVERY, type LabWorld, labWorld, PLATFORM, REGION, SECURITY } from '../apply/world.ts';
import { type Person, personOf, write } from '../cli/apply-person.ts';
import { askLab, credentialsIn, keysOf, type Printed } from '../loopback/lab.ts';
import { beside, type Ended, outputOf, shellOf, type Variables } from './beside.ts';
import { ring } from './client.ts';

const LONG = 300_000;
const [A, B] = [`arn:aws:iam::${DELIVERY}:user/admin`, `arn:aws:iam::${SECURITY}:user/admin`];
const ROLE = `arn:aws:iam::${PLATFORM}:role/causeway/readers/readers`;

ring('aws', ['--version'], () => {
  let world: LabWorld;
  let person: Person;
  beforeAll(async () => {
    world = await labWorld();
    person = await personOf(world);
    const file = {
      name: 'readers',
      accounts: { platform: { id: PLATFORM }, delivery: { id: DELIVERY }, security: { id: SECURITY } },
      clusters: { prod: { account: 'platform', region: REGION, name: 'prod' } },
      grants: [{ name: 'readers', to: [A, B], on: 'prod', access: 'view' }],
    };
    write(person, 'causeway.yaml', JSON.stringify(file));
  });
  afterAll(async () => {
    person.close();
    await world.lab.close();
  });

  const causeway = (...words: readonly string[]) => person.run(...words, ...person.credentials);

  /** A shell in a new session of the grant's role. */
  async function session(account: string): Promise<Variables> {
    const env = await shellOf(world.lab, person.folder, `${account}/admin`);
    const words = ['sts', 'assume-role', '--role-arn', ROLE, '--role-session-name', `of-${account}`, '--output', 'json'];
    const { Credentials } = JSON.parse(await outputOf('aws', words, { env })) as { readonly Credentials: Printed };
    return { ...env, ...keysOf(credentialsIn(Credentials)) };
  }

  const aws = (env: Variables, ...words: readonly string[]): Promise<Ended> => beside('aws', words, { env });
  const describeCluster = (env: Variables): Promise<Ended> =>
    aws(env, 'eks', 'describe-cluster', '--name', 'prod', '--query', 'cluster.status', '--output', 'text');

  it('who is taken out of a grant has no right in AWS by an old session; the others assume the role again', {
    timeout: LONG,
  }, async () => {
    expect((await causeway('apply', '--yes')).exit).toBe(0);
    const [a, b] = [await session(DELIVERY), await session(SECURITY)];
    for (const env of [a, b]) expect((await describeCluster(env)).out).toBe('ACTIVE\n');
    const gone = await causeway('revoke', A, '--yes');
    expect([gone.exit, gone.out]).toEqual([0, expect.stringContaining('inline policy end-older-sessions of')]);
    const early = await session(SECURITY);
    for (const env of [a, b, early]) {
      const { code, err } = await describeCluster(env);
      expect(code).not.toBe(0);
      expect(err).toContain('with an explicit deny in an identity-based policy');
    }
    // What lives on is what was said to: nothing that needs a right.
    expect((await aws(a, 'sts', 'get-caller-identity')).out).toContain('assumed-role/readers/of-222222222222');
    await expect(session(DELIVERY)).rejects.toThrow('AccessDenied');
    await askLab(world.lab, 'clock', { by: 125_000 });
    expect((await describeCluster(await session(SECURITY))).out).toBe('ACTIVE\n');
    expect((await describeCluster(a)).err).toContain('explicit deny');
    expect((await causeway('revoke', A, '--yes')).out).toContain('NOTHING TO DO');
    expect((await causeway('revoke', 'readers', '--yes')).exit).toBe(0);
    expect((await causeway('revoke', 'readers', '--yes')).out).toContain('NOTHING TO DO');
  });
});
