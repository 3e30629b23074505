import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openInventory } from '../../src/edge/files/index.ts';
import { cli } from '../cli/run.ts';
import { ring } from './client.ts';
import { MOTO_ACCOUNT, type Moto, startMoto } from './moto.ts';

const LIMIT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
};
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${MOTO_ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
};

// An AWS that nobody of this project wrote; it evaluates no policy, so what is refused is tried elsewhere.
ring('moto_server', ['--help'], () => {
  let moto: Moto;
  let home: string;
  let member: string;
  let unit: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'causeway-moto-'));
    moto = await startMoto();
    const organizations = async <T = Record<string, Record<string, string>>>(action: string, body: object = {}): Promise<T> =>
      (await moto.json('organizations', `AWSOrganizationsV20161128.${action}`, body)) as T;
    await organizations('CreateOrganization', { FeatureSet: 'ALL' });
    const { Roots } = await organizations<{ readonly Roots: readonly { readonly Id: string }[] }>('ListRoots');
    const RootId = Roots[0]?.Id ?? '';
    await organizations('EnablePolicyType', { RootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    const made = await organizations('CreateAccount', { AccountName: 'delivery', Email: 'delivery@example.com' });
    member = made['CreateAccountStatus']?.['AccountId'] ?? '';
    const ou = await organizations('CreateOrganizationalUnit', { ParentId: RootId, Name: 'workloads' });
    unit = ou['OrganizationalUnit']?.['Id'] ?? '';
    await organizations('MoveAccount', { AccountId: member, SourceParentId: RootId, DestinationParentId: unit });
    const policy = await organizations<{ readonly Policy: { readonly PolicySummary: { readonly Id: string } } }>('CreatePolicy', {
      ...{ Name: 'NobodyLeaves', Description: 'nobody leaves', Type: 'SERVICE_CONTROL_POLICY' },
      Content: JSON.stringify(LIMIT),
    });
    await organizations('AttachPolicy', { PolicyId: policy.Policy.PolicySummary.Id, TargetId: unit });
    const role = { RoleName: 'deployer', Path: '/causeway/x/', AssumeRolePolicyDocument: JSON.stringify(TRUST) };
    await moto.query('iam', '2010-05-08', 'CreateRole', { ...role, MaxSessionDuration: '7200' });
  });
  afterAll(async () => {
    await moto?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('two accounts and what limits them are read, the second through a role', async () => {
    const entrance = `member=role:arn:aws:iam::${member}:role/OrganizationAccountAccessRole`;
    const words = ['collect', '--account', MOTO_ACCOUNT, '--account', `member=${member}`, '--credentials', entrance, '-o', 'inv'];
    const env = { ...moto.env, XDG_CACHE_HOME: join(home, 'cache') };
    const ran = await cli(words, { env, cwd: home, home, now: () => new Date() });
    expect(`${ran.err}${ran.out}`).toMatch(/^Everything was read/);
    expect(ran.exit).toBe(0);
    const { inventory } = openInventory(join(home, 'inv'), { cache: false });
    const iam = inventory.accounts.get(MOTO_ACCOUNT)?.iam();
    const role = iam?.state === 'collected' ? iam.value.role('deployer') : undefined;
    expect(role).toMatchObject({ maxSessionDuration: 7200, trust: { document: TRUST } });
    expect(inventory.accounts.get(member)?.iam().state).toBe('collected');
    const scps = inventory.organizations[0]?.members.get(member)?.scps;
    const levels = scps?.state === 'collected' ? scps.value : [];
    expect(levels.find(({ target }) => target === unit)?.policies.map(({ document }) => document)).toContainEqual(LIMIT);
    expect(levels).toHaveLength(3);
    expect(inventory.problems()).toEqual([]);
  });
});
