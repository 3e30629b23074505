import { expect, it } from 'vitest';
import { as, labOf, query } from './make.ts';

const ADMIN = '111111111111/admin';
const iam = (lab: ReturnType<typeof labOf>, Action: string, parameters: Record<string, string>, who = ADMIN) =>
  query(lab, as(lab, who), 'iam', { Action, ...parameters });
const EKS = { AWSServiceName: 'eks.amazonaws.com' };
const SPOT = { AWSServiceName: 'spot.amazonaws.com' };

function taskOf(lab: ReturnType<typeof labOf>, RoleName: string): Record<string, string> {
  const { body } = iam(lab, 'DeleteServiceLinkedRole', { RoleName });
  return { DeletionTaskId: /"DeletionTaskId":"([^"]+)"/.exec(body)?.[1] ?? body };
}

it('a service gets its role once, and nobody changes it', () => {
  const lab = labOf({ bare: true });
  const made = iam(lab, 'CreateServiceLinkedRole', SPOT);
  expect(made.body).toContain('arn:aws:iam::111111111111:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot');
  expect(iam(lab, 'CreateServiceLinkedRole', SPOT).body).toContain(
    'Service role name AWSServiceRoleForEC2Spot has been taken in this account, please try a different suffix.',
  );
  const role = { RoleName: 'AWSServiceRoleForEC2Spot' };
  for (const action of ['DeleteRole', 'UpdateRole']) expect(iam(lab, action, role).body).toContain('UnmodifiableEntity');
  const task = taskOf(lab, role.RoleName);
  expect(task['DeletionTaskId']).toMatch(/^task\/aws-service-role\/spot\.amazonaws\.com\/AWSServiceRoleForEC2Spot\//);
  expect(iam(lab, 'GetServiceLinkedRoleDeletionStatus', task).body).toContain('"Status":"SUCCEEDED"');
  expect(iam(lab, 'GetRole', role).status).toBe(404);
});

it('the role of EKS stays while there are clusters', () => {
  const lab = labOf({ bare: true });
  iam(lab, 'CreateServiceLinkedRole', EKS);
  const status = iam(lab, 'GetServiceLinkedRoleDeletionStatus', taskOf(lab, 'AWSServiceRoleForAmazonEKS'));
  expect(status.body).toContain('"Status":"FAILED"');
  expect(status.body).toContain('arn:aws:eks:eu-west-1:111111111111:cluster/prod');
  expect(iam(lab, 'GetRole', { RoleName: 'AWSServiceRoleForAmazonEKS' }).status).toBe(200);
});

it.each([
  [
    'a suffix where there is one role alone',
    'CreateServiceLinkedRole',
    { ...EKS, CustomSuffix: 'x' },
    400,
    'Custom suffix is not allowed for eks.amazonaws.com',
  ],
  [
    'a service that the lab does not know',
    'CreateServiceLinkedRole',
    { AWSServiceName: 'x.amazonaws.com' },
    501,
    'NotImplemented',
  ],
  ['a role that is not there', 'DeleteServiceLinkedRole', { RoleName: 'x' }, 404, 'NoSuchEntity'],
  ['a task that is not there', 'GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: 'task/x' }, 404, 'NoSuchEntity'],
])('%s is refused', (_, action, parameters, status, text) => {
  const reply = iam(labOf({ bare: true }), action, parameters);
  expect(reply.body).toContain(text);
  expect(reply.status).toBe(status);
});

it('a role of a suffix, and the condition key of the service', () => {
  const lab = labOf({ bare: true });
  expect(iam(lab, 'CreateServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'a' }).body).toContain(
    'AWSServiceRoleForAutoScaling_a',
  );
  iam(lab, 'CreateUser', { UserName: 'dev' });
  const Condition = { StringEquals: { 'iam:AWSServiceName': 'eks.amazonaws.com' } };
  const statement = { Effect: 'Allow', Action: 'iam:CreateServiceLinkedRole', Resource: '*', Condition };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  iam(lab, 'PutUserPolicy', { UserName: 'dev', PolicyName: 'p', PolicyDocument });
  expect(iam(lab, 'CreateServiceLinkedRole', SPOT, '111111111111/dev').status).toBe(403);
  expect(iam(lab, 'CreateServiceLinkedRole', EKS, '111111111111/dev').status).toBe(200);
});
