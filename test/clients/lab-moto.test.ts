import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { as, labOf, query } from '../lab/make.ts';
import { ring } from './client.ts';
import { MOTO_ACCOUNT, type Moto, startMoto } from './moto.ts';

/** A call of IAM; `$` in a parameter stands for the account. */
interface Step {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Worlds that are tried; CAUSEWAY_SEED looks at others. */
const RUNS = 30;

/**
 * Where moto is known to end otherwise than AWS, and the lab does not follow it. The state is another one afterwards, so a
 * world ends there.
 */
const DIFFERENCES: readonly { readonly action: string; readonly moto: string; readonly lab: string; readonly why: string }[] = [
  {
    action: 'DeleteGroup',
    moto: 'done',
    lab: 'DeleteConflict',
    why: 'a group must have neither users nor policies (IAM API reference, DeleteGroup); moto takes it away',
  },
  {
    action: 'DeletePolicy',
    moto: 'done',
    lab: 'DeleteConflict',
    why: 'all versions but the default must be gone (IAM API reference), and no boundary be it (gruntwork-io/cloud-nuke#972)',
  },
  {
    action: 'DeleteUser',
    moto: 'done',
    lab: 'DeleteConflict',
    why: 'password, access keys and groups go first (IAM API reference, DeleteUser); moto asks for policies alone',
  },
  {
    action: 'PutRolePermissionsBoundary',
    moto: 'done',
    lab: 'NoSuchEntity',
    why: 'the policy must be there: "Scope ARN: … does not exist or is not attachable."; moto takes any ARN',
  },
  {
    action: 'RemoveRoleFromInstanceProfile',
    moto: '500',
    lab: 'NoSuchEntity',
    why: 'a role that is not in the profile; moto fails',
  },
];
const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const LIST = policy({ Action: 'iam:ListRoles', Resource: '*' });
const DESCRIBE = policy({ Action: 'eks:DescribeCluster', Resource: '*' });
const TRUST = policy({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });

const from = fc.constantFrom;
const role = { RoleName: from('deployer', 'auditor') };
const user = { UserName: from('jane', 'joe') };
const group = { GroupName: from('devs', 'ops') };
const profile = { InstanceProfileName: from('node', 'edge') };
const managed = { PolicyArn: from('arn:aws:iam::$:policy/list', 'arn:aws:iam::$:policy/describe') };
const document = { PolicyDocument: from(LIST, DESCRIBE) };
const inline = { PolicyName: from('first', 'second') };
const version = { VersionId: from('v1', 'v2', 'v3') };
const tag = { 'Tags.member.1.Key': from('team', 'stage'), 'Tags.member.1.Value': from('a', 'b') };
const untag = { 'TagKeys.member.1': from('team', 'stage') };

/** What may be called with what. */
const CALLS: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<string>>>>> = {
  CreateRole: { ...role, AssumeRolePolicyDocument: from(TRUST) },
  GetRole: role,
  DeleteRole: role,
  UpdateRole: { ...role, MaxSessionDuration: from('3600', '7200') },
  UpdateAssumeRolePolicy: { ...role, PolicyDocument: from(TRUST) },
  PutRolePolicy: { ...role, ...inline, ...document },
  GetRolePolicy: { ...role, ...inline },
  DeleteRolePolicy: { ...role, ...inline },
  AttachRolePolicy: { ...role, ...managed },
  DetachRolePolicy: { ...role, ...managed },
  PutRolePermissionsBoundary: { ...role, PermissionsBoundary: managed.PolicyArn },
  DeleteRolePermissionsBoundary: role,
  TagRole: { ...role, ...tag },
  UntagRole: { ...role, ...untag },
  CreateUser: user,
  GetUser: user,
  DeleteUser: user,
  PutUserPolicy: { ...user, ...inline, ...document },
  GetUserPolicy: { ...user, ...inline },
  DeleteUserPolicy: { ...user, ...inline },
  AttachUserPolicy: { ...user, ...managed },
  DetachUserPolicy: { ...user, ...managed },
  TagUser: { ...user, ...tag },
  CreateAccessKey: user,
  CreateLoginProfile: { ...user, Password: from('correct-Horse-7') },
  GetLoginProfile: user,
  DeleteLoginProfile: user,
  CreateGroup: group,
  GetGroup: group,
  DeleteGroup: group,
  AddUserToGroup: { ...user, ...group },
  RemoveUserFromGroup: { ...user, ...group },
  ListGroupsForUser: user,
  PutGroupPolicy: { ...group, ...inline, ...document },
  DeleteGroupPolicy: { ...group, ...inline },
  AttachGroupPolicy: { ...group, ...managed },
  DetachGroupPolicy: { ...group, ...managed },
  CreatePolicy: { PolicyName: from('list', 'describe'), ...document },
  GetPolicy: managed,
  DeletePolicy: managed,
  CreatePolicyVersion: { ...managed, ...document, SetAsDefault: from('true', 'false') },
  GetPolicyVersion: { ...managed, ...version },
  DeletePolicyVersion: { ...managed, ...version },
  SetDefaultPolicyVersion: { ...managed, ...version },
  CreateInstanceProfile: profile,
  GetInstanceProfile: profile,
  DeleteInstanceProfile: profile,
  AddRoleToInstanceProfile: { ...profile, ...role },
  RemoveRoleFromInstanceProfile: { ...profile, ...role },
};

const step: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(CALLS).map(([action, parameters]) => ({
    // What makes something is drawn more often than what needs it.
    weight: action.startsWith('Create') || action.startsWith('Attach') ? 3 : 1,
    arbitrary: fc.record({ action: fc.constant(action), parameters: fc.record(parameters) }),
  })),
);

ring('moto_server', ['--help'], () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  const filled = ({ parameters }: Step, account: string): Record<string, string> =>
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value.replace('::$:', `::${account}:`)]));

  async function onMoto(one: Step): Promise<string> {
    return moto.query('iam', '2010-05-08', one.action, filled(one, MOTO_ACCOUNT)).then(
      () => 'done',
      (error: Error) => /<Code>(\w+)<\/Code>/.exec(error.message)?.[1] ?? error.message.slice(0, 3),
    );
  }

  function onLab(lab: ReturnType<typeof labOf>, one: Step): string {
    const reply = call(lab, one.action, filled(one, '111111111111'));
    return reply.status === 200 ? 'done' : (/<Code>(\w+)<\/Code>/.exec(reply.body)?.[1] ?? reply.body);
  }

  it('calls in any order end as they do in moto, and leave the same behind', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
        await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' });
        const lab = labOf({ bare: true });
        for (const one of steps) {
          const ended = { action: one.action, moto: await onMoto(one), lab: onLab(lab, one) };
          if (ended.moto === ended.lab) continue;
          expect(DIFFERENCES.map(({ why: _, ...known }) => known)).toContainEqual(ended);
          return;
        }
        const theirs = await moto.query('iam', '2010-05-08', 'GetAccountAuthorizationDetails', OWN);
        expect(summary(call(lab, 'GetAccountAuthorizationDetails', OWN).body)).toEqual(summary(theirs));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

/** A call of the administrator, answered in XML as moto answers. */
function call(lab: ReturnType<typeof labOf>, action: string, parameters: Readonly<Record<string, string>>) {
  return query(lab, as(lab, '111111111111/admin'), 'iam', { Action: action, ...parameters }, { headers: { accept: '*/*' } });
}

/** What is of the account itself. */
const OWN = Object.fromEntries(
  ['User', 'Role', 'Group', 'LocalManagedPolicy'].map((kind, index) => [`Filter.member.${index + 1}`, kind]),
);

const parser = new XMLParser({ isArray: (name) => name === 'member', parseTagValue: false });

interface Item {
  readonly [field: string]: string | { readonly member?: readonly (Item & string)[] } | undefined;
}

/**
 * What is in an account, by names alone: who is in which groups, has which policies, and which versions there are. Not how
 * often a policy is attached: moto counts a second attachment to the same holder.
 */
function summary(xml: string): unknown {
  const { GetAccountAuthorizationDetailsResponse: response } = parser.parse(xml) as {
    readonly GetAccountAuthorizationDetailsResponse: { readonly GetAccountAuthorizationDetailsResult: Item };
  };
  const all = response.GetAccountAuthorizationDetailsResult;
  const list = (item: Item, field: string): readonly (Item & string)[] => {
    const value = item[field];
    return typeof value === 'object' ? (value.member ?? []) : [];
  };
  const names = (item: Item, field: string, name: string) =>
    list(item, field)
      .map((one) => String(one[name]))
      .sort();
  const holder = (kind: string) => (item: Item) => [
    String(item[`${kind}Name`]),
    names(item, `${kind}PolicyList`, 'PolicyName'),
    names(item, 'AttachedManagedPolicies', 'PolicyName'),
    kind === 'User' ? [...list(item, 'GroupList')].map(String).sort() : [],
    kind === 'Role' ? names(item, 'InstanceProfileList', 'InstanceProfileName') : [],
    list(item, 'Tags')
      .map(({ Key, Value }) => `${Key}=${Value}`)
      .sort(),
  ];
  const sorted = (field: string, make: (item: Item) => readonly unknown[]) =>
    list(all, field)
      .map(make)
      .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return {
    // The lab's own administrator is not in moto.
    users: sorted('UserDetailList', holder('User')).filter(([name]) => name !== 'admin'),
    groups: sorted('GroupDetailList', holder('Group')),
    roles: sorted('RoleDetailList', holder('Role')),
    policies: sorted('Policies', (item) => [
      // Its name is in moto's answer only so.
      String(item['Arn']).split('/').at(-1),
      item['DefaultVersionId'],
      names(item, 'PolicyVersionList', 'VersionId'),
    ]),
  };
}
