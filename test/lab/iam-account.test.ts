import { describe, expect, it } from 'vitest';
import { stateFiles } from '../../src/edge/lab/state/files.ts';
import { as, credentialsIn, labOf, query } from './make.ts';

const ADMIN = '111111111111/admin';
type Lab = ReturnType<typeof labOf>;
const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const trust = (arn: string): string => policy({ Principal: { AWS: arn }, Action: 'sts:AssumeRole' });

/** Calls of one administrator; each must succeed, and the answer's Result is given back. */
function iamOf(lab: Lab, who = ADMIN) {
  return (Action: string, parameters: Record<string, string> = {}): Record<string, unknown> => {
    const reply = query(lab, as(lab, who), 'iam', { Action, ...parameters });
    expect(reply).toMatchObject({ status: 200 });
    const response = reply.json as Record<string, Record<string, Record<string, unknown>>>;
    return response[`${Action}Response`]?.[`${Action}Result`] ?? {};
  };
}

const refused = (lab: Lab, Action: string, parameters: Record<string, string>, who = ADMIN) =>
  query(lab, as(lab, who), 'iam', { Action, ...parameters });

/** An account with a bit of everything. */
function furnished(): Lab {
  const lab = labOf({ bare: true });
  const iam = iamOf(lab);
  iam('CreateRole', {
    RoleName: 'node',
    Path: '/eks/',
    AssumeRolePolicyDocument: policy({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  });
  iam('CreateUser', { UserName: 'dev' });
  iam('CreateGroup', { GroupName: 'devs', Path: '/team/' });
  iam('CreatePolicy', { PolicyName: 'list', Path: '/eks/', PolicyDocument: policy({ Action: 'iam:ListRoles', Resource: '*' }) });
  iam('CreateInstanceProfile', { InstanceProfileName: 'node', Path: '/eks/' });
  iam('AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
  return lab;
}

const LIST = 'arn:aws:iam::111111111111:policy/eks/list';

describe('what IAM refuses', () => {
  it.each([
    [
      'an instance profile twice',
      'CreateInstanceProfile',
      { InstanceProfileName: 'NODE' },
      409,
      'Instance Profile NODE already exists.',
    ],
    ['one that is not there', 'GetInstanceProfile', { InstanceProfileName: 'x' }, 404, 'Instance Profile x cannot be found.'],
    [
      'a second role in it',
      'AddRoleToInstanceProfile',
      { InstanceProfileName: 'node', RoleName: 'node' },
      409,
      'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    ],
    [
      'to delete it with its role',
      'DeleteInstanceProfile',
      { InstanceProfileName: 'node' },
      409,
      'must remove roles from instance profile first',
    ],
    ['to delete the role in it', 'DeleteRole', { RoleName: 'node' }, 409, 'must remove roles from instance profile first'],
    [
      'to take out a role that is not in it',
      'RemoveRoleFromInstanceProfile',
      { InstanceProfileName: 'node', RoleName: 'x' },
      404,
      'NoSuchEntity',
    ],
    ['an alias with a capital', 'CreateAccountAlias', { AccountAlias: 'Prod' }, 400, 'ValidationError'],
    ['to delete an alias that it has not', 'DeleteAccountAlias', { AccountAlias: 'prod' }, 404, 'NoSuchEntity'],
    ['a password of nobody', 'GetLoginProfile', { UserName: 'dev' }, 404, 'Login Profile for User dev cannot be found.'],
    ['the SSH keys of nobody', 'ListSSHPublicKeys', { UserName: 'x' }, 404, 'NoSuchEntity'],
    [
      'a name that another user has',
      'UpdateUser',
      { UserName: 'dev', NewUserName: 'ADMIN' },
      409,
      'User with name ADMIN already exists.',
    ],
    ['a user that is not there', 'UpdateUser', { UserName: 'x', NewPath: '/y/' }, 404, 'NoSuchEntity'],
    [
      'a thumbprint that is too short',
      'CreateOpenIDConnectProvider',
      { Url: 'https://x.test', 'ThumbprintList.member.1': 'aa' },
      400,
      'ValidationError',
    ],
    ['a filter that IAM has not', 'ListPolicies', { Scope: 'Mine' }, 400, 'ValidationError'],
  ])('%s', (_, action, parameters, status, text) => {
    const reply = refused(furnished(), action, parameters);
    expect(reply.body).toContain(text);
    expect(reply.status).toBe(status);
  });

  it('whoever gives a role to an instance profile must be allowed to pass it', () => {
    const lab = furnished();
    const iam = iamOf(lab);
    iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
    iam('PutUserPolicy', { UserName: 'dev', PolicyName: 'p', PolicyDocument: policy({ Action: 'iam:AddRole*', Resource: '*' }) });
    const add = () =>
      refused(lab, 'AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' }, '111111111111/dev');
    expect(add()).toMatchObject({
      status: 403,
      body: expect.stringContaining('iam:PassRole on resource: arn:aws:iam::111111111111:role/eks/node'),
    });
    iam('PutUserPolicy', {
      UserName: 'dev',
      PolicyName: 'q',
      PolicyDocument: policy({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::*:role/eks/node' }),
    });
    expect(add().status).toBe(200);
  });
});

describe('what IAM shows', () => {
  it('an instance profile with its role, alone, in lists and in the details of the account', () => {
    const lab = furnished();
    const iam = iamOf(lab);
    const shown = { InstanceProfileName: 'node', Path: '/eks/', Roles: [{ RoleName: 'node' }] };
    expect(iam('GetInstanceProfile', { InstanceProfileName: 'node' })).toMatchObject({ InstanceProfile: shown });
    expect(iam('ListInstanceProfilesForRole', { RoleName: 'node' })).toMatchObject({ InstanceProfiles: [shown] });
    expect(iam('ListInstanceProfiles', { PathPrefix: '/eks/' })).toMatchObject({ InstanceProfiles: [shown] });
    expect(iam('ListInstanceProfiles', { PathPrefix: '/other/' })).toMatchObject({ InstanceProfiles: [] });
    const { RoleDetailList } = iam('GetAccountAuthorizationDetails', { 'Filter.member.1': 'Role' });
    expect(RoleDetailList).toMatchObject([{ RoleName: 'node', InstanceProfileList: [shown] }]);
    const exported = stateFiles(lab.store).find(({ path }) => path === 'accounts/111111111111/iam.json');
    const { RoleDetailList: roles } = JSON.parse(exported?.text() ?? '{}') as { RoleDetailList: unknown };
    expect(roles).toMatchObject([{ RoleName: 'node', InstanceProfileList: [shown] }]);
  });

  it('who uses a policy, and how', () => {
    const lab = furnished();
    const iam = iamOf(lab);
    iam('AttachRolePolicy', { RoleName: 'node', PolicyArn: LIST });
    iam('PutUserPermissionsBoundary', { UserName: 'dev', PermissionsBoundary: LIST });
    iam('PutRolePermissionsBoundary', { RoleName: 'node', PermissionsBoundary: LIST });
    expect(iam('GetPolicy', { PolicyArn: LIST })).toMatchObject({
      Policy: { AttachmentCount: 1, PermissionsBoundaryUsageCount: 2 },
    });
    const users = (more: Record<string, string>) => iam('ListEntitiesForPolicy', { PolicyArn: LIST, ...more });
    expect(users({})).toMatchObject({
      PolicyRoles: [{ RoleName: 'node' }],
      PolicyUsers: [{ UserName: 'dev' }],
      PolicyGroups: [],
    });
    expect(users({ PolicyUsageFilter: 'PermissionsPolicy' })).toMatchObject({
      PolicyRoles: [{ RoleName: 'node' }],
      PolicyUsers: [],
    });
    expect(users({ EntityFilter: 'User' })).toMatchObject({ PolicyRoles: [], PolicyUsers: [{ UserName: 'dev' }] });
    expect(users({ MaxItems: '1' })).toMatchObject({ IsTruncated: true, Marker: expect.any(String) });
    expect(refused(lab, 'DeletePolicy', { PolicyArn: LIST }).body).toContain('DeleteConflict');
  });

  it('policies by scope, path and use', () => {
    const iam = iamOf(furnished());
    const names = (more: Record<string, string>) =>
      (iam('ListPolicies', more)['Policies'] as readonly { PolicyName: string }[]).map(({ PolicyName }) => PolicyName);
    expect(names({})).toEqual(['list', 'AdministratorAccess']);
    expect(names({ Scope: 'Local' })).toEqual(['list']);
    expect(names({ Scope: 'AWS' })).toEqual(['AdministratorAccess']);
    expect(names({ PathPrefix: '/eks/' })).toEqual(['list']);
    expect(names({ OnlyAttached: 'true' })).toEqual(['AdministratorAccess']);
    expect(names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual([]);
  });

  it('the account: its alias, and a summary as a map in either form', () => {
    const lab = furnished();
    const iam = iamOf(lab);
    expect(iam('ListAccountAliases')).toEqual({ AccountAliases: [], IsTruncated: false });
    iam('CreateAccountAlias', { AccountAlias: 'platform-prod' });
    expect(refused(lab, 'CreateAccountAlias', { AccountAlias: 'platform-prod' }, '222222222222/admin').status).toBe(409);
    iam('CreateAccountAlias', { AccountAlias: 'platform' });
    expect(iam('ListAccountAliases')).toEqual({ AccountAliases: ['platform'], IsTruncated: false });
    const SummaryMap = {
      Users: 2,
      Groups: 1,
      Roles: 1,
      Policies: 1,
      PolicyVersionsInUse: 1,
      InstanceProfiles: 1,
      VersionsPerPolicyQuota: 5,
    };
    expect(iam('GetAccountSummary')).toMatchObject({ SummaryMap });
    const xml = query(lab, as(lab, ADMIN), 'iam', { Action: 'GetAccountSummary' }, { headers: { accept: '*/*' } }).body;
    expect(xml.replaceAll(/\s/g, '')).toContain('<SummaryMap><entry><key>Users</key><value>2</value></entry>');
  });

  it('a password as a date and nothing else; who has one is not deleted', () => {
    const lab = furnished();
    const iam = iamOf(lab);
    iam('CreateLoginProfile', { UserName: 'dev', Password: 'correct horse' });
    expect(refused(lab, 'CreateLoginProfile', { UserName: 'dev', Password: 'again' }).status).toBe(409);
    expect(iam('GetLoginProfile', { UserName: 'dev' })).toMatchObject({
      LoginProfile: { UserName: 'dev', PasswordResetRequired: false },
    });
    expect(JSON.stringify(lab.store.all())).not.toContain('correct horse');
    expect(refused(lab, 'DeleteUser', { UserName: 'dev' }).body).toContain('must delete login profile first');
    iam('DeleteLoginProfile', { UserName: 'dev' });
    iam('DeleteUser', { UserName: 'dev' });
  });

  it('UpdateRole answers with an empty Result, which the SDK for Go wants', () => {
    const lab = furnished();
    const answer = query(lab, as(lab, ADMIN), 'iam', { Action: 'UpdateRole', RoleName: 'node' }, { headers: { accept: '*/*' } });
    expect(answer.body).toContain('UpdateRoleResult');
    expect(refused(lab, 'UntagRole', { RoleName: 'node', 'TagKeys.member.1': 'x' }).body).not.toContain('UntagRoleResult');
  });

  it('a provider with its new tags and thumbprint', () => {
    const iam = iamOf(furnished());
    const { OpenIDConnectProviderArn: arn } = iam('CreateOpenIDConnectProvider', {
      Url: 'https://oidc.test/id',
      'ThumbprintList.member.1': 'a'.repeat(40),
    });
    const at = { OpenIDConnectProviderArn: String(arn) };
    iam('TagOpenIDConnectProvider', {
      ...at,
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'eks',
      'Tags.member.2.Key': 'x',
      'Tags.member.2.Value': 'y',
    });
    iam('UntagOpenIDConnectProvider', { ...at, 'TagKeys.member.1': 'X' });
    iam('UpdateOpenIDConnectProviderThumbprint', { ...at, 'ThumbprintList.member.1': 'b'.repeat(40) });
    const Tags = [{ Key: 'team', Value: 'eks' }];
    expect(iam('ListOpenIDConnectProviderTags', at)).toMatchObject({ Tags });
    expect(iam('GetOpenIDConnectProvider', at)).toMatchObject({ Tags, ThumbprintList: ['b'.repeat(40)] });
  });
});

describe('who a trust policy means', () => {
  const ARN = 'arn:aws:iam::222222222222:user/ci';
  const role = { RoleName: 'target' };

  /** A role of one account that trusts a user of another. */
  function trusting() {
    const lab = labOf({ bare: true });
    const [iam, theirs] = [iamOf(lab), iamOf(lab, '222222222222/admin')];
    theirs('CreateUser', { UserName: 'ci' });
    theirs('PutUserPolicy', {
      UserName: 'ci',
      PolicyName: 'p',
      PolicyDocument: policy({ Action: 'sts:AssumeRole', Resource: '*' }),
    });
    iam('CreateRole', { ...role, AssumeRolePolicyDocument: trust(ARN) });
    const assume = (who: string) =>
      query(lab, as(lab, `222222222222/${who}`), 'sts', {
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::111111111111:role/target',
        RoleSessionName: 'me',
      });
    const meant = () => {
      const { Role } = iam('GetRole', role) as { Role: { AssumeRolePolicyDocument: string } };
      return (JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument)) as { Statement: [{ Principal: unknown }] })
        .Statement[0].Principal;
    };
    return { lab, iam, theirs, assume, meant };
  }

  it('a deleted user reads as a unique id, and one made anew is not meant', () => {
    const { lab, iam, theirs, assume, meant } = trusting();
    expect(credentialsIn(assume('ci').json).accessKeyId).toMatch(/^ASIA/);
    const { User } = theirs('GetUser', { UserName: 'ci' }) as { User: { UserId: string } };
    theirs('ListAccessKeys', { UserName: 'ci' });
    for (const { AccessKeyId } of keysOf(theirs)) theirs('DeleteAccessKey', { UserName: 'ci', AccessKeyId });
    theirs('DeleteUserPolicy', { UserName: 'ci', PolicyName: 'p' });
    theirs('DeleteUser', { UserName: 'ci' });
    expect(meant()).toEqual({ AWS: User.UserId });
    theirs('CreateUser', { UserName: 'ci' });
    theirs('PutUserPolicy', {
      UserName: 'ci',
      PolicyName: 'p',
      PolicyDocument: policy({ Action: 'sts:AssumeRole', Resource: '*' }),
    });
    expect(assume('ci').status).toBe(403);
    iam('UpdateAssumeRolePolicy', { ...role, PolicyDocument: trust(ARN) });
    expect(assume('ci').status).toBe(200);
    expect(refused(lab, 'UpdateAssumeRolePolicy', { ...role, PolicyDocument: trust(`${ARN}x`) }).body).toContain(
      'Invalid principal in policy',
    );
  });

  it('a renamed user is still meant, keeps its keys and is in its groups', () => {
    const { theirs, assume, meant } = trusting();
    theirs('CreateGroup', { GroupName: 'pipelines' });
    theirs('AddUserToGroup', { GroupName: 'pipelines', UserName: 'ci' });
    theirs('CreateAccessKey', { UserName: 'ci' });
    theirs('CreateLoginProfile', { UserName: 'ci', Password: 'secret' });
    theirs('UpdateUser', { UserName: 'ci', NewUserName: 'builder', NewPath: '/ci/' });
    theirs('UpdateGroup', { GroupName: 'pipelines', NewGroupName: 'machines' });
    expect(meant()).toEqual({ AWS: 'arn:aws:iam::222222222222:user/ci/builder' });
    expect(assume('builder').status).toBe(200);
    expect(keysOf(theirs, 'builder')).toHaveLength(1);
    expect(theirs('ListGroupsForUser', { UserName: 'builder' })).toMatchObject({ Groups: [{ GroupName: 'machines' }] });
    expect(theirs('GetLoginProfile', { UserName: 'builder' })).toMatchObject({ LoginProfile: { UserName: 'builder' } });
  });

  function keysOf(iam: ReturnType<typeof iamOf>, UserName = 'ci') {
    return iam('ListAccessKeys', { UserName })['AccessKeyMetadata'] as readonly { AccessKeyId: string }[];
  }
});

it("a policy of AWS's that was attached, or was a boundary, and no longer is, leaves nothing behind in an export", () => {
  const lab = labOf({ bare: true });
  const [iam, before] = [iamOf(lab), stateFiles(lab.store).map(({ text }) => text())];
  const exported = (): string =>
    stateFiles(lab.store)
      .map(({ text }) => text())
      .join('');
  const [attached, boundary] = ['AmazonEKSWorkerNodePolicy', 'PowerUserAccess'].map((name) => `arn:aws:iam::aws:policy/${name}`);
  iam('CreateRole', { RoleName: 'node', AssumeRolePolicyDocument: trust('*'), PermissionsBoundary: boundary ?? '' });
  iam('AttachRolePolicy', { RoleName: 'node', PolicyArn: attached ?? '' });
  for (const arn of [attached, boundary]) expect(exported()).toContain(`"Arn": "${arn}"`);
  iam('DetachRolePolicy', { RoleName: 'node', PolicyArn: attached ?? '' });
  iam('DeleteRole', { RoleName: 'node' });
  expect(stateFiles(lab.store).map(({ text }) => text())).toEqual(before);
});
