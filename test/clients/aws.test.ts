import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openInventory } from '../../src/edge/files/index.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { ring } from './client.ts';
import { MOTO_ACCOUNT, type Moto, startMoto } from './moto.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${MOTO_ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
};
// Characters that IAM's percent-encoding of documents has to carry.
const MAY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Plus', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/a+b/ü%20*' }],
};

// Both are needed: the CLI that people type, and a server that it can be typed at.
ring('moto_server', ['--help'], () => {
  ring('aws', ['--version'], (aws) => {
    let moto: Moto;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'causeway-aws-'));
      moto = await startMoto();
      await makeIam(moto);
    });
    afterAll(async () => {
      await moto?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const ask = (...words: readonly string[]): string => aws.runIn({ env: moto.env }, ...words);
    const keep = (name: string, path: string, text: string): string => {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return join(folder, name);
    };
    const open = (path: string): Inventory => openInventory(path, { cache: false }).inventory;
    const iamFile = `accounts/${MOTO_ACCOUNT}/iam.json`;

    it('get-account-authorization-details is read as it is printed', () => {
      const inventory = open(keep('whole', iamFile, ask('iam', 'get-account-authorization-details')));
      const iam = inventory.accounts.get(MOTO_ACCOUNT)?.iam();
      if (iam?.state !== 'collected') throw new Error(JSON.stringify(inventory.problems()));
      const role = iam.value.role('CI');
      expect(role).toMatchObject({ arn: `arn:aws:iam::${MOTO_ACCOUNT}:role/team/ci`, tags: { team: 'red' } });
      expect(role?.uniqueId).toMatch(/^AROA/);
      expect(Date.parse(role?.createDate ?? '')).toBeGreaterThan(0);
      expect(role?.trust.document).toEqual(TRUST);
      expect(role?.policies.map(({ document }) => document)).toEqual([MAY, MAY]);
      expect(role?.boundary?.document).toEqual(MAY);
      const user = iam.value.user('dora');
      expect(user).toMatchObject({ arn: `arn:aws:iam::${MOTO_ACCOUNT}:user/dora`, groups: ['ops'] });
      expect(user?.policies.map(({ document }) => document)).toEqual([MAY]);
      expect(inventory.problems()).toEqual([]);
    });

    it('a first page is no account, all pages together are one', () => {
      const first = ask('iam', 'get-account-authorization-details', '--max-items', '1');
      const { NextToken } = JSON.parse(first);
      expect(NextToken).toEqual(expect.any(String));
      const rest = ask('iam', 'get-account-authorization-details', '--starting-token', NextToken);
      const half = open(keep('half', iamFile, first));
      half.accounts.get(MOTO_ACCOUNT)?.iam();
      expect(half.problems().map(({ code }) => code)).toContain('incomplete-pages');
      keep('pages', `accounts/${MOTO_ACCOUNT}/iam/1.json`, first);
      const both = open(keep('pages', `accounts/${MOTO_ACCOUNT}/iam/2.json`, rest));
      const iam = both.accounts.get(MOTO_ACCOUNT)?.iam();
      const names = iam?.state === 'collected' ? [...iam.value.roles, ...iam.value.users].map(({ name }) => name) : [];
      expect(names).toEqual(['ci', 'dora', 'zoe']);
      expect(both.problems()).toEqual([]);
    });

    it('list-open-id-connect-providers is read as it is printed', () => {
      const path = keep('oidc', `accounts/${MOTO_ACCOUNT}/oidc-providers.json`, ask('iam', 'list-open-id-connect-providers'));
      const arn = `arn:aws:iam::${MOTO_ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
      expect(open(path).accounts.get(MOTO_ACCOUNT)?.oidcProviders()).toEqual({ state: 'collected', value: [arn] });
    });

    ring('jq', ['--version'], () => {
      ring('bash', ['--version'], (bash) => {
        it('the script of docs/inventory.md makes an organization that is read', async () => {
          const member = await makeOrganization(moto);
          const docs = readFileSync(new URL('../../docs/inventory.md', import.meta.url), 'utf8');
          const script = /```sh\n(walk\(\) \{[\s\S]*?)```/.exec(docs)?.[1] ?? '';
          expect(script).toContain('> organizations/o-abc123.json');
          const path = join(folder, 'organization');
          mkdirSync(join(path, 'organizations'), { recursive: true });
          bash.runIn({ env: moto.env, cwd: path }, '-euo', 'pipefail', '-c', script);
          const inventory = open(path);
          const [organization] = inventory.organizations;
          expect(organization?.managementAccount).toBe(MOTO_ACCOUNT);
          const place = organization?.members.get(member);
          expect(place?.orgPath).toMatch(/^o-[a-z0-9]+\/r-[a-z0-9]+\/ou-[a-z0-9-]+\/$/);
          const scps = place?.scps.state === 'collected' ? place.scps.value : [];
          expect(scps.map(({ target }) => target.split('-')[0])).toEqual(['r', 'ou', member]);
          expect(scps[1]?.policies.map(({ name }) => name).sort()).toEqual(['SCP FullAWSAccess', 'SCP NobodyLeaves']);
          expect(scps[1]?.policies.find(({ name }) => name === 'SCP NobodyLeaves')?.document).toEqual(LEAVES);
          expect(inventory.problems()).toEqual([]);
        });
      });
    });
  });
});

async function makeIam({ query }: Moto): Promise<void> {
  const iam = (action: string, parameters: Readonly<Record<string, string>>): Promise<string> =>
    query('iam', '2010-05-08', action, parameters);
  const may = JSON.stringify(MAY);
  const policy = `arn:aws:iam::${MOTO_ACCOUNT}:policy/may`;
  await iam('CreatePolicy', { PolicyName: 'may', PolicyDocument: may });
  await iam('CreateRole', {
    RoleName: 'ci',
    Path: '/team/',
    AssumeRolePolicyDocument: JSON.stringify(TRUST),
    PermissionsBoundary: policy,
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'red',
  });
  await iam('PutRolePolicy', { RoleName: 'ci', PolicyName: 'inline', PolicyDocument: may });
  await iam('AttachRolePolicy', { RoleName: 'ci', PolicyArn: policy });
  await iam('CreateUser', { UserName: 'dora' });
  await iam('CreateUser', { UserName: 'zoe' });
  await iam('CreateGroup', { GroupName: 'ops' });
  await iam('PutGroupPolicy', { GroupName: 'ops', PolicyName: 'inline', PolicyDocument: may });
  await iam('AddUserToGroup', { GroupName: 'ops', UserName: 'dora' });
  await iam('CreateOpenIDConnectProvider', {
    Url: 'https://token.actions.githubusercontent.com',
    'ThumbprintList.member.1': '0'.repeat(40),
    'ClientIDList.member.1': 'sts.amazonaws.com',
  });
}

const LEAVES = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
};

/** An organization with one unit, one member in it, and a service control policy on the unit; gives back the member. */
async function makeOrganization({ json }: Moto): Promise<string> {
  const organizations = async (
    action: string,
    body: object = {},
  ): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> =>
    (await json('organizations', `AWSOrganizationsV20161128.${action}`, body)) as Readonly<
      Record<string, Readonly<Record<string, string>>>
    >;
  await organizations('CreateOrganization', { FeatureSet: 'ALL' });
  const { Roots } = (await json('organizations', 'AWSOrganizationsV20161128.ListRoots')) as {
    readonly Roots: readonly { readonly Id: string }[];
  };
  const root = Roots[0]?.Id ?? '';
  await organizations('EnablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' });
  const { OrganizationalUnit } = await organizations('CreateOrganizationalUnit', { ParentId: root, Name: 'Workloads' });
  const { CreateAccountStatus } = await organizations('CreateAccount', { Email: 'apps@example.com', AccountName: 'apps' });
  const member = CreateAccountStatus?.AccountId ?? '';
  await organizations('MoveAccount', { AccountId: member, SourceParentId: root, DestinationParentId: OrganizationalUnit?.Id });
  const made = (await json('organizations', 'AWSOrganizationsV20161128.CreatePolicy', {
    Name: 'NobodyLeaves',
    Description: 'nobody leaves',
    Type: 'SERVICE_CONTROL_POLICY',
    Content: JSON.stringify(LEAVES),
  })) as { readonly Policy: { readonly PolicySummary: { readonly Id: string } } };
  await organizations('AttachPolicy', { PolicyId: made.Policy.PolicySummary.Id, TargetId: OrganizationalUnit?.Id });
  return member;
}
