import { describe, expect, it } from 'vitest';
import documents from '../../src/edge/lab/iam/aws-managed.json' with { type: 'json' };
import { awsManagedPolicy } from '../../src/edge/lab/iam/aws-managed.ts';
import { makeInventory } from '../../src/inventory/index.ts';
import { parsePolicy } from '../../src/rules/iam/index.ts';
import { as, credentialsIn, eks, labOf, query } from './make.ts';

const ADMIN = '111111111111/admin';
const allow = (Action: string, Resource = '*'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const trust = (arn: string, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole', ...more }],
  });

type Lab = ReturnType<typeof labOf>;
const iam = (lab: Lab, Action: string, parameters: Record<string, string>, who = ADMIN) =>
  query(lab, as(lab, who), 'iam', { Action, ...parameters });

/** A role as the article makes it, of account 111111111111. */
function withRole(lab: Lab, name = 'deployer', more: Record<string, string> = {}): string {
  const document = trust('arn:aws:iam::222222222222:root', { Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } } });
  const made = iam(lab, 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: document, ...more });
  expect(made.status).toBe(200);
  return `arn:aws:iam::111111111111:role/${name}`;
}

describe('the way of the article', () => {
  it('a role with a policy is made, assumed with its external ID, and may do what the policy says', () => {
    const lab = labOf({ bare: true });
    const RoleArn = withRole(lab);
    iam(lab, 'CreatePolicy', { PolicyName: 'list', PolicyDocument: allow('iam:ListRoles') });
    const assume = (ExternalId: string) =>
      query(lab, as(lab, '222222222222/admin'), 'sts', { Action: 'AssumeRole', RoleArn, RoleSessionName: 'me', ExternalId });
    expect(assume('decaf').status).toBe(403);
    const session = credentialsIn(assume('c0ffee').json);
    const list = () => query(lab, session, 'iam', { Action: 'ListRoles' }).status;
    expect(list()).toBe(403);
    iam(lab, 'AttachRolePolicy', { RoleName: 'deployer', PolicyArn: 'arn:aws:iam::111111111111:policy/list' });
    expect(list()).toBe(200);
    iam(lab, 'PutRolePermissionsBoundary', {
      RoleName: 'deployer',
      PermissionsBoundary: 'arn:aws:iam::111111111111:policy/list',
    });
    expect(list()).toBe(200);
    const deny = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
    iam(lab, 'CreatePolicyVersion', {
      PolicyArn: 'arn:aws:iam::111111111111:policy/list',
      PolicyDocument: deny,
      SetAsDefault: 'true',
    });
    expect(list()).toBe(403);
    iam(lab, 'SetDefaultPolicyVersion', { PolicyArn: 'arn:aws:iam::111111111111:policy/list', VersionId: 'v1' });
    expect(list()).toBe(200);
  });

  it('a role that is deleted leaves its id in trust policies, and its namesake is not trusted', () => {
    const lab = labOf({ bare: true });
    const make = () =>
      iam(lab, 'CreateRole', { RoleName: 'ci', AssumeRolePolicyDocument: trust('*') }, '222222222222/admin').status;
    expect(make()).toBe(200);
    const id = lab.store.get('account:222222222222', 'role', 'ci')?.RoleId ?? '';
    const policy = { RoleName: 'ci', PolicyName: 'all', PolicyDocument: allow('*') };
    iam(lab, 'PutRolePolicy', policy, '222222222222/admin');
    iam(lab, 'CreateRole', {
      RoleName: 'target',
      AssumeRolePolicyDocument: trust('arn:aws:iam::222222222222:role/ci'),
    });
    const RoleArn = 'arn:aws:iam::111111111111:role/target';
    const assume = () =>
      query(lab, as(lab, '222222222222/ci'), 'sts', { Action: 'AssumeRole', RoleArn, RoleSessionName: 'me' }).status;
    expect(assume()).toBe(200);
    iam(lab, 'DeleteRolePolicy', { RoleName: 'ci', PolicyName: 'all' }, '222222222222/admin');
    expect(iam(lab, 'DeleteRole', { RoleName: 'ci' }, '222222222222/admin').status).toBe(200);
    const shown = decodeURIComponent(iam(lab, 'GetRole', { RoleName: 'target' }).body);
    expect(shown).toContain(`"AWS":"${id}"`);
    expect(shown).not.toContain('role/ci"');
    expect(make()).toBe(200);
    iam(lab, 'PutRolePolicy', policy, '222222222222/admin');
    expect(assume()).toBe(403);
  });

  it.each([
    ['PowerUserAccess', 'eks:ListClusters', 'iam:ListUsers'],
    ['IAMReadOnlyAccess', 'iam:ListUsers', 'eks:ListClusters'],
    ['AmazonEKSWorkerNodePolicy', 'eks:DescribeCluster', 'eks:ListClusters'],
    ['AmazonEKSClusterPolicy', undefined, 'eks:DescribeCluster'],
  ])("%s of AWS's allows what it says", (name, allowed, denied) => {
    const lab = labOf();
    iam(lab, 'CreateUser', { UserName: 'dev' });
    const PolicyArn = `arn:aws:iam::aws:policy/${name}`;
    expect(iam(lab, 'AttachUserPolicy', { UserName: 'dev', PolicyArn }).status).toBe(200);
    const dev = as(lab, '111111111111/dev');
    const ask = (action: string | undefined): number | undefined => {
      if (action === 'iam:ListUsers') return query(lab, dev, 'iam', { Action: 'ListUsers' }).status;
      if (action === undefined) return undefined;
      return eks(lab, dev, 'GET', action === 'eks:ListClusters' ? '/clusters' : '/clusters/prod').status;
    };
    expect([ask(allowed), ask(denied)]).toEqual([allowed === undefined ? undefined : 200, 403]);
    expect(iam(lab, 'GetPolicy', { PolicyArn }).body).toMatch(/"DefaultVersionId":"v\d+"/);
  });

  it("of AWS's policies each can be read, and none but AdministratorAccess counts in another partition", () => {
    for (const [name, { document }] of Object.entries(documents)) {
      expect([name, parsePolicy(document, { kind: 'identity', name }).problems]).toEqual([name, []]);
      expect(awsManagedPolicy(`arn:aws:iam::aws:policy/${name}`)?.PolicyName).toBe(name);
      const gov = awsManagedPolicy(`arn:aws-us-gov:iam::aws:policy/${name}`);
      expect([name, gov === undefined]).toEqual([name, name !== 'AdministratorAccess']);
    }
  });

  it('a policy of AWS whose document the lab does not hold allows nothing, and the refusal says why', () => {
    const lab = labOf({ bare: true });
    iam(lab, 'CreateUser', { UserName: 'dev' });
    expect(iam(lab, 'AttachUserPolicy', { UserName: 'dev', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }).status).toBe(
      200,
    );
    const refused = iam(lab, 'ListRoles', {}, '111111111111/dev');
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('the lab cannot judge this call');
    expect(refused.body).toContain('ReadOnlyAccess');
    iam(lab, 'AttachUserPolicy', { UserName: 'dev', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    // What the first policy may deny is still not known.
    expect(iam(lab, 'ListRoles', {}, '111111111111/dev').status).toBe(403);
    iam(lab, 'DetachUserPolicy', { UserName: 'dev', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    expect(iam(lab, 'ListRoles', {}, '111111111111/dev').status).toBe(200);
  });
});

describe('what IAM refuses', () => {
  const role = { RoleName: 'deployer' };
  it.each([
    [
      'a role twice',
      'CreateRole',
      { ...role, AssumeRolePolicyDocument: trust('222222222222') },
      409,
      'Role with name deployer already exists.',
    ],
    [
      'a role twice in other letters',
      'CreateRole',
      { RoleName: 'Deployer', AssumeRolePolicyDocument: trust('222222222222') },
      409,
      'EntityAlreadyExists',
    ],
    [
      'a trust policy without principal',
      'CreateRole',
      { RoleName: 'x', AssumeRolePolicyDocument: allow('sts:AssumeRole') },
      400,
      'MalformedPolicyDocument',
    ],
    [
      'a trust policy that is no JSON',
      'CreateRole',
      { RoleName: 'x', AssumeRolePolicyDocument: '{' },
      400,
      'This policy contains invalid Json',
    ],
    [
      'a key that stands twice',
      'PutRolePolicy',
      { ...role, PolicyName: 'p', PolicyDocument: '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}' },
      400,
      'MalformedPolicyDocument',
    ],
    [
      'a principal that is not there',
      'CreateRole',
      { RoleName: 'x', AssumeRolePolicyDocument: trust('arn:aws:iam::222222222222:role/nobody') },
      400,
      'Invalid principal in policy: \\"AWS\\":\\"arn:aws:iam::222222222222:role/nobody\\"',
    ],
    ['a role that is not there', 'GetRole', { RoleName: 'nobody' }, 404, 'The role with name nobody cannot be found.'],
    [
      'a name with a blank',
      'CreateRole',
      { RoleName: 'a b', AssumeRolePolicyDocument: trust('222222222222') },
      400,
      "Value 'a b' at 'roleName' failed to satisfy constraint",
    ],
    [
      'a policy that is not there',
      'AttachRolePolicy',
      { ...role, PolicyArn: 'arn:aws:iam::111111111111:policy/nothing' },
      404,
      'does not exist or is not attachable',
    ],
    [
      'a policy of another account',
      'AttachRolePolicy',
      { ...role, PolicyArn: 'arn:aws:iam::222222222222:policy/theirs' },
      404,
      'does not exist or is not attachable',
    ],
    [
      'an inline policy that is not there',
      'DeleteRolePolicy',
      { ...role, PolicyName: 'nothing' },
      404,
      'The role policy with name nothing cannot be found.',
    ],
    [
      'a session of more than twelve hours',
      'UpdateRole',
      { ...role, MaxSessionDuration: '43201' },
      400,
      'Member must have value less than or equal to 43200',
    ],
    ['an unknown operation', 'SimulateCustomPolicy', {}, 501, 'the lab does not play iam:SimulateCustomPolicy'],
  ])('%s', (_, action, parameters, status, text) => {
    const lab = labOf({ bare: true });
    withRole(lab);
    const reply = iam(lab, action, parameters);
    expect(reply.body).toContain(text);
    expect(reply.status).toBe(status);
  });

  it('a role with policies, and a policy in use, are not deleted', () => {
    const lab = labOf({ bare: true });
    withRole(lab);
    iam(lab, 'CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('s3:*') });
    const PolicyArn = 'arn:aws:iam::111111111111:policy/p';
    iam(lab, 'AttachRolePolicy', { RoleName: 'deployer', PolicyArn });
    expect(iam(lab, 'DeleteRole', { RoleName: 'deployer' }).body).toContain('must detach all policies first');
    expect(iam(lab, 'DeletePolicy', { PolicyArn }).body).toContain('Cannot delete a policy attached to entities.');
    iam(lab, 'DetachRolePolicy', { RoleName: 'deployer', PolicyArn });
    expect(iam(lab, 'DeletePolicy', { PolicyArn }).status).toBe(200);
    expect(iam(lab, 'DeleteRole', { RoleName: 'deployer' }).status).toBe(200);
    expect(iam(lab, 'GetRole', { RoleName: 'deployer' }).status).toBe(404);
  });

  it('five versions of a policy are the most', () => {
    const lab = labOf({ bare: true });
    iam(lab, 'CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('s3:*') });
    const version = () =>
      iam(lab, 'CreatePolicyVersion', { PolicyArn: 'arn:aws:iam::111111111111:policy/p', PolicyDocument: allow('s3:*') });
    expect([1, 2, 3, 4].map(() => version().status)).toEqual([200, 200, 200, 200]);
    expect(version()).toMatchObject({ status: 409, body: expect.stringContaining('can have up to 5 versions') });
  });

  it('who may not call IAM is refused, and nothing is changed', () => {
    const lab = labOf();
    const before = lab.store.revision('account:222222222222');
    const reply = iam(lab, 'CreateUser', { UserName: 'mine' }, '222222222222/ci-runner');
    expect(reply.body).toContain(
      'is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::222222222222:user/mine because no identity-based policy allows',
    );
    expect(lab.store.revision('account:222222222222')).toBe(before);
  });
});

describe('access keys', () => {
  it('work until they are switched off, and a user has two at most', () => {
    const lab = labOf({ bare: true });
    iam(lab, 'CreateUser', { UserName: 'dev' });
    const made = iam(lab, 'CreateAccessKey', { UserName: 'dev' }).json as {
      CreateAccessKeyResponse: { CreateAccessKeyResult: { AccessKey: Record<string, string> } };
    };
    const { AccessKeyId = '', SecretAccessKey = '' } = made.CreateAccessKeyResponse.CreateAccessKeyResult.AccessKey;
    const identity = () =>
      query(lab, { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }, 'sts', { Action: 'GetCallerIdentity' }).status;
    expect(identity()).toBe(200);
    iam(lab, 'UpdateAccessKey', { UserName: 'dev', AccessKeyId, Status: 'Inactive' });
    expect(identity()).toBe(403);
    expect(iam(lab, 'CreateAccessKey', { UserName: 'dev' }).status).toBe(200);
    expect(iam(lab, 'CreateAccessKey', { UserName: 'dev' }).status).toBe(409);
    expect(iam(lab, 'ListAccessKeys', { UserName: 'dev' }).body).not.toContain('SecretAccessKey');
    expect(iam(lab, 'DeleteUser', { UserName: 'dev' }).body).toContain('must delete access keys first');
  });
});

describe('groups', () => {
  it('give their members what their policies allow', () => {
    const lab = labOf({ bare: true });
    iam(lab, 'CreateUser', { UserName: 'dev' });
    iam(lab, 'CreateGroup', { GroupName: 'readers' });
    iam(lab, 'PutGroupPolicy', { GroupName: 'readers', PolicyName: 'p', PolicyDocument: allow('iam:ListRoles') });
    expect(iam(lab, 'ListRoles', {}, '111111111111/dev').status).toBe(403);
    iam(lab, 'AddUserToGroup', { GroupName: 'readers', UserName: 'dev' });
    expect(iam(lab, 'ListRoles', {}, '111111111111/dev').status).toBe(200);
    iam(lab, 'RemoveUserFromGroup', { GroupName: 'readers', UserName: 'dev' });
    expect(iam(lab, 'ListRoles', {}, '111111111111/dev').status).toBe(403);
  });
});

describe('tags', () => {
  it('of a role count in conditions, and equal keys replace each other ignoring case', () => {
    const lab = labOf({ bare: true });
    withRole(lab, 'tagged', { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'a' });
    iam(lab, 'CreateUser', { UserName: 'dev' });
    const own = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iam:GetRole', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/team': 'b' } } },
      ],
    });
    iam(lab, 'PutUserPolicy', { UserName: 'dev', PolicyName: 'p', PolicyDocument: own });
    const get = () => iam(lab, 'GetRole', { RoleName: 'tagged' }, '111111111111/dev').status;
    expect(get()).toBe(403);
    iam(lab, 'TagRole', { RoleName: 'tagged', 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'b' });
    expect(get()).toBe(200);
    expect(iam(lab, 'ListRoleTags', { RoleName: 'tagged' }).json).toMatchObject({
      ListRoleTagsResponse: { ListRoleTagsResult: { Tags: [{ Key: 'Team', Value: 'b' }] } },
    });
    iam(lab, 'UntagRole', { RoleName: 'tagged', 'TagKeys.member.1': 'team' });
    expect(get()).toBe(403);
  });
});

it('GetAccountAuthorizationDetails in pages of one is what the inventory reads', () => {
  const lab = labOf();
  const pages: unknown[] = [];
  let marker: string | undefined;
  do {
    const { json } = iam(lab, 'GetAccountAuthorizationDetails', {
      MaxItems: '1',
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    const page = (json as Record<string, Record<string, { Marker?: string }>>)['GetAccountAuthorizationDetailsResponse']?.[
      'GetAccountAuthorizationDetailsResult'
    ];
    pages.push(page);
    marker = page?.Marker;
  } while (marker !== undefined);
  const text = JSON.stringify(pages);
  const inventory = makeInventory([{ path: 'accounts/111111111111/iam.json', size: text.length, text: () => text }]);
  const found = inventory.accounts.get('111111111111')?.iam();
  if (found?.state !== 'collected') throw new Error('it was not read');
  expect(found.value.roles.map(({ name }) => name).sort()).toEqual(['ci-deploys-my-app', 'security-audits']);
  expect(found.value.user('admin')?.policies).toMatchObject([
    { arn: 'arn:aws:iam::aws:policy/AdministratorAccess', document: { Statement: [{ Action: '*' }] } },
  ]);
  expect(inventory.problems()).toEqual([]);
});
