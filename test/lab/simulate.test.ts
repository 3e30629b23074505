import { describe, expect, it } from 'vitest';
import { as, eks, labOf, query } from './make.ts';

const ADMIN = '111111111111/admin';
const CLUSTER = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const DEV = 'arn:aws:iam::111111111111:user/dev';
type Lab = ReturnType<typeof labOf>;
type Result = Readonly<Record<string, unknown>>;
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })) });

const iam = (lab: Lab, Action: string, parameters: Record<string, string> = {}, who = ADMIN) =>
  query(lab, as(lab, who), 'iam', { Action, ...parameters });

/** A user whose rights come from everywhere: its own policy, its group's, and a boundary. */
function furnished(): Lab {
  const lab = labOf({ bare: true });
  iam(lab, 'CreateUser', { UserName: 'dev' });
  iam(lab, 'CreateGroup', { GroupName: 'devs' });
  iam(lab, 'AddUserToGroup', { UserName: 'dev', GroupName: 'devs' });
  const own = policy(
    { Action: 'eks:ListClusters' },
    { Action: 'eks:DescribeCluster', Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } },
    { Action: 's3:GetObject', Resource: "arn:aws:s3:::home/${aws:username}/${aws:PrincipalTag/team, 'none'}/*" },
  );
  iam(lab, 'PutUserPolicy', { UserName: 'dev', PolicyName: 'own', PolicyDocument: own });
  const grouped = policy({ Action: 'iam:ListRoles' }, { Effect: 'Deny', Action: 'eks:DeleteCluster' });
  iam(lab, 'PutGroupPolicy', { GroupName: 'devs', PolicyName: 'grouped', PolicyDocument: grouped });
  iam(lab, 'CreatePolicy', { PolicyName: 'boundary', PolicyDocument: policy({ Action: ['eks:*', 's3:*'] }) });
  iam(lab, 'PutUserPermissionsBoundary', { UserName: 'dev', PermissionsBoundary: 'arn:aws:iam::111111111111:policy/boundary' });
  return lab;
}

function simulate(lab: Lab, parameters: Record<string, string>, PolicySourceArn = DEV): readonly Result[] {
  const reply = iam(lab, 'SimulatePrincipalPolicy', { PolicySourceArn, ...parameters });
  expect(reply.body).toContain('SimulatePrincipalPolicyResult');
  const response = reply.json as {
    SimulatePrincipalPolicyResponse: { SimulatePrincipalPolicyResult: { EvaluationResults: Result[] } };
  };
  return response.SimulatePrincipalPolicyResponse.SimulatePrincipalPolicyResult.EvaluationResults;
}

const region = {
  'ContextEntries.member.1.ContextKeyName': 'AWS:requestedregion',
  'ContextEntries.member.1.ContextKeyType': 'string',
  'ContextEntries.member.1.ContextKeyValues.member.1': 'eu-west-1',
};

describe('SimulatePrincipalPolicy', () => {
  it.each([
    ['an own statement', 'eks:ListClusters', {}, 'allowed', ['own']],
    ['nothing', 'ecr:ListImages', {}, 'implicitDeny', []],
    ['a deny of the group', 'eks:DeleteCluster', {}, 'explicitDeny', ['grouped']],
    ['the boundary, which stops what the group allows', 'iam:ListRoles', {}, 'implicitDeny', []],
    ['a condition whose key is not given', 'eks:DescribeCluster', {}, 'implicitDeny', []],
    ['a condition that holds', 'eks:DescribeCluster', region, 'allowed', ['own']],
  ])('%s decides', (_, action, more, EvalDecision, policies) => {
    const [result] = simulate(furnished(), { 'ActionNames.member.1': action, ...more });
    expect(result).toMatchObject({
      EvalActionName: action,
      EvalResourceName: '*',
      EvalDecision,
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: action !== 'iam:ListRoles' },
      MissingContextValues: 'ContextEntries.member.1.ContextKeyName' in more ? [] : ['aws:RequestedRegion'],
    });
    if (EvalDecision === 'implicitDeny') return;
    expect(result).toHaveProperty('MatchedStatements.0.SourcePolicyId', policies[0]);
  });

  it('every action is tried on every resource, in pages', () => {
    const lab = furnished();
    const asked = {
      'ActionNames.member.1': 'eks:ListClusters',
      'ActionNames.member.2': 's3:GetObject',
      'ResourceArns.member.1': 'arn:aws:s3:::home/dev/none/file',
      'ResourceArns.member.2': CLUSTER,
    };
    expect(simulate(lab, asked).map(({ EvalDecision }) => EvalDecision)).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'implicitDeny',
    ]);
    const first = iam(lab, 'SimulatePrincipalPolicy', { PolicySourceArn: DEV, MaxItems: '3', ...asked });
    expect(first.body).toContain('"IsTruncated":true');
  });

  it('what is simulated is what the call then gets', () => {
    const lab = furnished();
    for (const [action, path] of [
      ['eks:ListClusters', '/clusters'],
      ['eks:DescribeCluster', '/clusters/prod'],
      ['eks:ListAccessEntries', '/clusters/prod/access-entries'],
    ] as const) {
      const [result] = simulate(lab, {
        'ActionNames.member.1': action,
        'ResourceArns.member.1': action === 'eks:ListClusters' ? '*' : CLUSTER,
        ...region,
      });
      const allowed = eks(lab, as(lab, '111111111111/dev'), 'GET', path).status !== 403;
      expect([action, result?.['EvalDecision'] === 'allowed']).toEqual([action, allowed]);
    }
  });

  it('a role is simulated as any session of it', () => {
    const lab = labOf();
    const role = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
    const [result] = simulate(lab, { 'ActionNames.member.1': 'eks:DescribeCluster', 'ResourceArns.member.1': CLUSTER }, role);
    expect(result).toMatchObject({ EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'describe-cluster' }] });
  });

  it.each([
    ['a principal that is not there', { PolicySourceArn: `${DEV}x` }, 404, 'NoSuchEntity'],
    ['a principal of another account', { PolicySourceArn: 'arn:aws:iam::222222222222:user/admin' }, 404, 'NoSuchEntity'],
    ['a session', { PolicySourceArn: 'arn:aws:sts::111111111111:assumed-role/x/y' }, 400, 'InvalidInput'],
    ['a group, which the lab does not play', { PolicySourceArn: 'arn:aws:iam::111111111111:group/devs' }, 501, 'NotImplemented'],
    ['a further policy, which the lab does not play', { 'PolicyInputList.member.1': '{}' }, 501, 'PolicyInputList'],
    ['a resource policy, which the lab does not play', { ResourcePolicy: '{}' }, 501, 'ResourcePolicy'],
  ])('%s is refused', (_, more, status, text) => {
    const reply = iam(furnished(), 'SimulatePrincipalPolicy', {
      PolicySourceArn: DEV,
      'ActionNames.member.1': 'eks:ListClusters',
      ...more,
    });
    expect(reply.body).toContain(text);
    expect(reply.status).toBe(status);
  });

  it('what the lab cannot judge is not simulated, and who may not simulate is refused', () => {
    const lab = furnished();
    iam(lab, 'AttachUserPolicy', { UserName: 'dev', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    const asked = { PolicySourceArn: DEV, 'ActionNames.member.1': 'eks:ListClusters' };
    expect(iam(lab, 'SimulatePrincipalPolicy', asked)).toMatchObject({
      status: 500,
      body: expect.stringContaining('ReadOnlyAccess'),
    });
    iam(lab, 'DetachUserPolicy', { UserName: 'dev', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    expect(iam(lab, 'SimulatePrincipalPolicy', asked, '111111111111/dev').status).toBe(403);
  });
});

it('the keys that policies ask for', () => {
  const lab = furnished();
  const principal = iam(lab, 'GetContextKeysForPrincipalPolicy', { PolicySourceArn: DEV });
  expect(principal.body).toContain('["aws:PrincipalTag/team","aws:RequestedRegion","aws:username"]');
  const document = policy({
    Action: '*',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, Null: { 'AWS:multifactorauthage': 'false' } },
  });
  const custom = iam(lab, 'GetContextKeysForCustomPolicy', { 'PolicyInputList.member.1': document });
  expect(custom.body).toContain('["AWS:multifactorauthage","aws:MultiFactorAuthPresent"]');
});
