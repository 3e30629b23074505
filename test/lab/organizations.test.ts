import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/edge/lab/answer.ts';
import type { BareLab } from '../../src/edge/lab/lab.ts';
import { as, eks, labOf, query, signed } from './make.ts';
import { replayed } from './replayed.ts';

const MANAGER = '444444444444/admin';
const ROOT = 'r-lab1';
const CI = '222222222222/ci-runner';
const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any form
type Json = any;

function call(lab: BareLab, operation: string, body: object = {}, who = MANAGER): { status: number; json: Json; type?: string } {
  const headers = { 'x-amz-target': `AWSOrganizationsV20161128.${operation}`, 'content-type': 'application/x-amz-json-1.1' };
  const request = { method: 'POST', path: '/', body: JSON.stringify(body) };
  const reply = answer(lab, signed(as(lab, who), 'organizations', request, { region: 'us-east-1', headers }));
  return { status: reply.status, json: JSON.parse(reply.body), type: reply.headers['x-amzn-errortype'] ?? '' };
}

/** Makes a policy and gives its id. */
function policy(lab: BareLab, statement: object, type = 'SERVICE_CONTROL_POLICY', name = 'mine'): string {
  const Content = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { status, json } = call(lab, 'CreatePolicy', { Name: name, Description: '', Type: type, Content });
  expect([status, json]).toEqual([200, expect.anything()]);
  return json.Policy.PolicySummary.Id;
}

const assume = (lab: BareLab) => query(lab, as(lab, CI), 'sts', { Action: 'AssumeRole', RoleArn: TARGET, RoleSessionName: 'me' });

describe('the tree', () => {
  it('is shown with pages, and every part can be asked for', () => {
    const lab = labOf();
    const first = call(lab, 'ListAccounts', { MaxResults: 3 }).json;
    const second = call(lab, 'ListAccounts', { MaxResults: 3, NextToken: first.NextToken }).json;
    expect([...first.Accounts, ...second.Accounts].map(({ Id }: { Id: string }) => Id)).toEqual([
      '111111111111',
      '222222222222',
      '333333333333',
      '444444444444',
    ]);
    expect(second.NextToken).toBeUndefined();
    expect(call(lab, 'DescribeOrganization').json.Organization.MasterAccountId).toBe('444444444444');
    expect(call(lab, 'ListRoots').json.Roots).toEqual([expect.objectContaining({ Id: ROOT, PolicyTypes: expect.any(Array) })]);
    expect(call(lab, 'DescribeAccount', { AccountId: '111111111111' }).json.Account).toMatchObject({ Name: 'Platform' });
    expect(call(lab, 'ListParents', { ChildId: '111111111111' }).json.Parents).toEqual([{ Id: ROOT, Type: 'ROOT' }]);
    expect(call(lab, 'ListChildren', { ParentId: ROOT, ChildType: 'ACCOUNT' }).json.Children).toHaveLength(4);
    expect(call(lab, 'ListAccountsForParent', { ParentId: ROOT }).json.Accounts[0]).not.toHaveProperty('ParentId');
  });

  it('an OU is made, an account is moved into it, and it cannot be deleted before the account has left', () => {
    const lab = labOf();
    const made = call(lab, 'CreateOrganizationalUnit', { ParentId: ROOT, Name: 'Workloads' }).json.OrganizationalUnit;
    expect(made).toMatchObject({ Id: expect.stringMatching(/^ou-lab1-[0-9a-z]{8}$/), Name: 'Workloads' });
    expect(call(lab, 'ListPoliciesForTarget', { TargetId: made.Id, Filter: 'SERVICE_CONTROL_POLICY' }).json.Policies).toEqual([
      expect.objectContaining({ Id: 'p-FullAWSAccess', AwsManaged: true }),
    ]);
    const move = { AccountId: '111111111111', SourceParentId: ROOT, DestinationParentId: made.Id };
    expect(call(lab, 'MoveAccount', move)).toMatchObject({ status: 200, json: {} });
    expect(call(lab, 'MoveAccount', move).type).toBe('SourceParentNotFoundException');
    expect(call(lab, 'ListAccountsForParent', { ParentId: made.Id }).json.Accounts).toHaveLength(1);
    expect(call(lab, 'ListOrganizationalUnitsForParent', { ParentId: ROOT }).json.OrganizationalUnits).toEqual([made]);
    const gone = { OrganizationalUnitId: made.Id };
    expect(call(lab, 'DeleteOrganizationalUnit', gone).type).toBe('OrganizationalUnitNotEmptyException');
    call(lab, 'MoveAccount', { ...move, SourceParentId: made.Id, DestinationParentId: ROOT });
    expect(call(lab, 'DeleteOrganizationalUnit', gone).status).toBe(200);
    expect(assume(lab).status).toBe(200);
  });
});

describe('a control policy binds at once', () => {
  const deny = (Action: string): object => ({ Effect: 'Deny', Action, Resource: '*' });

  it('an SCP on an account stops its principals, in STS, EKS and IAM, and is gone when it is detached', () => {
    const lab = labOf();
    const [admin, ci] = [as(lab, '111111111111/admin'), as(lab, '222222222222/admin')];
    const id = policy(lab, deny('*'));
    expect(assume(lab).status).toBe(200);
    for (const account of ['111111111111', '222222222222']) call(lab, 'AttachPolicy', { PolicyId: id, TargetId: account });
    expect(assume(lab).status).toBe(403);
    expect(eks(lab, admin, 'GET', '/clusters/prod').body).toContain('with an explicit deny in a service control policy');
    expect(query(lab, ci, 'iam', { Action: 'ListRoles' }).body).toContain('service control policy');
    for (const account of ['111111111111', '222222222222']) call(lab, 'DetachPolicy', { PolicyId: id, TargetId: account });
    expect([assume(lab).status, eks(lab, admin, 'GET', '/clusters/prod').status]).toEqual([200, 200]);
  });

  it('an SCP on the root does not bind the management account', () => {
    const lab = labOf();
    call(lab, 'AttachPolicy', { PolicyId: policy(lab, deny('*')), TargetId: ROOT });
    expect(call(lab, 'ListAccounts').status).toBe(200);
    expect(query(lab, as(lab, MANAGER), 'iam', { Action: 'ListRoles' }).status).toBe(200);
    expect(query(lab, as(lab, '333333333333/admin'), 'iam', { Action: 'ListRoles' }).status).toBe(403);
  });

  it('an SCP binds where an account is moved to, and when its text is changed', () => {
    const lab = labOf();
    const unit = call(lab, 'CreateOrganizationalUnit', { ParentId: ROOT, Name: 'Locked' }).json.OrganizationalUnit.Id;
    const id = policy(lab, deny('sts:AssumeRole'));
    call(lab, 'AttachPolicy', { PolicyId: id, TargetId: unit });
    call(lab, 'MoveAccount', { AccountId: '222222222222', SourceParentId: ROOT, DestinationParentId: unit });
    expect(assume(lab).status).toBe(403);
    const Content = JSON.stringify({ Version: '2012-10-17', Statement: [deny('s3:*')] });
    expect(call(lab, 'UpdatePolicy', { PolicyId: id, Content }).json.Policy.PolicySummary.Name).toBe('mine');
    expect(assume(lab).status).toBe(200);
  });

  it('an RCP keeps the role of an account from everybody outside', () => {
    const lab = labOf();
    const statement = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' };
    const id = policy(lab, statement, 'RESOURCE_CONTROL_POLICY');
    call(lab, 'AttachPolicy', { PolicyId: id, TargetId: '111111111111' });
    expect(assume(lab).status).toBe(403);
  });

  it('a kind that is switched off binds nobody; switched on again everything has the policy that allows all', () => {
    const lab = labOf();
    const id = policy(lab, deny('*'));
    call(lab, 'AttachPolicy', { PolicyId: id, TargetId: ROOT });
    const type = { RootId: ROOT, PolicyType: 'SERVICE_CONTROL_POLICY' };
    expect(call(lab, 'DisablePolicyType', type).json.Root.PolicyTypes).toEqual([
      { Type: 'RESOURCE_CONTROL_POLICY', Status: 'ENABLED' },
    ]);
    expect(assume(lab).status).toBe(200);
    expect(call(lab, 'AttachPolicy', { PolicyId: id, TargetId: ROOT }).type).toBe('PolicyTypeNotEnabledException');
    expect(call(lab, 'EnablePolicyType', type).status).toBe(200);
    expect(call(lab, 'EnablePolicyType', type).type).toBe('PolicyTypeAlreadyEnabledException');
    expect(assume(lab).status).toBe(200);
    expect(call(lab, 'ListTargetsForPolicy', { PolicyId: id }).json.Targets).toEqual([]);
    expect(call(lab, 'ListTargetsForPolicy', { PolicyId: 'p-FullAWSAccess' }).json.Targets).toHaveLength(5);
  });
});

describe('what AWS refuses', () => {
  const lab = labOf();
  const statement = { Effect: 'Deny', Action: 'a:b', Resource: '*' };
  const id = policy(lab, statement, 'SERVICE_CONTROL_POLICY', 'taken');
  call(lab, 'AttachPolicy', { PolicyId: id, TargetId: ROOT });
  const Content = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const made = { Name: 'new', Type: 'SERVICE_CONTROL_POLICY', Content };

  it.each([
    ['a member account asks', 'ListAccounts', {}, 'AccessDeniedException', '111111111111/admin'],
    ['somebody without the right asks', 'ListAccounts', {}, 'AccessDeniedException', CI],
    ['an account that is not there', 'DescribeAccount', { AccountId: '999999999999' }, 'AccountNotFoundException'],
    [
      'an OU that is not there',
      'DescribeOrganizationalUnit',
      { OrganizationalUnitId: 'ou-x' },
      'OrganizationalUnitNotFoundException',
    ],
    ['a parent that is not there', 'ListAccountsForParent', { ParentId: 'ou-x' }, 'ParentNotFoundException'],
    ['a child that is not there', 'ListParents', { ChildId: 'ou-x' }, 'ChildNotFoundException'],
    ['a policy that is not there', 'DescribePolicy', { PolicyId: 'p-nothing' }, 'PolicyNotFoundException'],
    ['a target that is not there', 'AttachPolicy', { PolicyId: id, TargetId: '999999999999' }, 'TargetNotFoundException'],
    ['attached already', 'AttachPolicy', { PolicyId: id, TargetId: ROOT }, 'DuplicatePolicyAttachmentException'],
    ['not attached', 'DetachPolicy', { PolicyId: id, TargetId: '111111111111' }, 'PolicyNotAttachedException'],
    ['the last SCP', 'DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: '111111111111' }, 'ConstraintViolationException'],
    ['a policy in use', 'DeletePolicy', { PolicyId: id }, 'PolicyInUseException'],
    ["a policy of AWS's", 'UpdatePolicy', { PolicyId: 'p-FullAWSAccess', Name: 'x' }, 'InvalidInputException'],
    ['a name that is taken', 'CreatePolicy', { ...made, Name: 'taken' }, 'DuplicatePolicyException'],
    ['a text that is no policy', 'CreatePolicy', { ...made, Content: '{}' }, 'MalformedPolicyDocumentException'],
    ['a text that is too long', 'CreatePolicy', { ...made, Content: Content.padEnd(10_241) }, 'ConstraintViolationException'],
    ['a page that is too long', 'ListAccounts', { MaxResults: 21 }, 'InvalidInputException'],
    ['a token that is none', 'ListAccounts', { NextToken: 'x' }, 'InvalidInputException'],
    ['a parameter that is lacking', 'DescribeAccount', {}, 'InvalidInputException'],
    ['an operation that is not played', 'CreateAccount', {}, 'NotImplemented'],
  ])('%s', (_, operation, body, code, who = MANAGER) => {
    expect(call(lab, operation, body, who).type).toBe(code);
  });

  it('the eleventh SCP on one target', () => {
    const other = labOf();
    const ids = Array.from({ length: 10 }, (_, i) => policy(other, statement, 'SERVICE_CONTROL_POLICY', `n${i}`));
    const codes = ids.map((PolicyId) => call(other, 'AttachPolicy', { PolicyId, TargetId: ROOT }).type);
    expect(codes).toEqual([...Array.from({ length: 9 }, () => ''), 'ConstraintViolationException']);
  });

  it('what was changed stands in the export, and what was not is as it was', () => {
    const { lab: other, inventory } = replayed(fileURLToPath(new URL('../../examples/organisation/', import.meta.url)));
    const before = inventory.organizations.find(({ id: one }) => one === 'o-exampleorg1');
    const management = `${before?.managementAccount}/root`;
    const unit = call(other, 'CreateOrganizationalUnit', { ParentId: 'r-a1b2', Name: 'New' }, management);
    expect([unit.status, unit.json]).toEqual([200, expect.anything()]);
    const after = other.view.inventory().organizations.find(({ id: one }) => one === 'o-exampleorg1');
    const said = (members: unknown): string => JSON.stringify(members, (key, value) => (key === 'origin' ? undefined : value));
    expect(said([...(after?.members ?? [])])).toBe(said([...(before?.members ?? [])]));
  });
});
