import { authorise, type Call } from '../authorise.ts';
import type { Inline, PolicyDoc, RoleDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { isAwsManaged } from './aws-managed.ts';
import { profilesOf, shown } from './instance-profiles.ts';
import { encoded, iamPage } from './rules.ts';
import { usesOf } from './use.ts';

type Details = Readonly<Record<string, unknown>>;

const KINDS = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

/**
 * iam:GetAccountAuthorizationDetails, in pages over all kinds together (facts/iam.md §5.2). What it shows is what the
 * inventory reads.
 */
export const getAccountAuthorizationDetails: Operation = (call, parameters) => {
  authorise(call, { action: 'iam:GetAccountAuthorizationDetails', resource: '*' });
  const filter = parameters.list('Filter');
  const { store } = call.lab;
  const { account } = call.caller;
  const scope = accountScope(account);
  const policies = store.list(scope, 'policy').map((policy) => ({ policy, uses: usesOf(call.lab, account, policy.Arn) }));
  const all: readonly { readonly kind: (typeof KINDS)[number]; readonly key: string; readonly details: Details }[] = [
    ...store.list(scope, 'user').map((user) => ({
      kind: 'User' as const,
      key: user.Arn,
      details: { ...user, UserPolicyList: inline(user.UserPolicyList) },
    })),
    ...store.list(scope, 'group').map((group) => ({
      kind: 'Group' as const,
      key: group.Arn,
      details: { ...group, GroupPolicyList: inline(group.GroupPolicyList) },
    })),
    ...store.list(scope, 'role').map((role) => ({ kind: 'Role' as const, key: role.Arn, details: roleDetails(call, role) })),
    ...policies
      // Of AWS's policies only those in use are shown.
      .filter(({ policy, uses }) => !isAwsManaged(policy.Arn) || uses.AttachmentCount + uses.PermissionsBoundaryUsageCount > 0)
      .map(({ policy, uses }) => ({
        kind: isAwsManaged(policy.Arn) ? ('AWSManagedPolicy' as const) : ('LocalManagedPolicy' as const),
        key: policy.Arn,
        details: policyDetails(policy, uses),
      })),
  ];
  const wanted = all.filter(({ kind }) => filter.length === 0 || filter.includes(kind));
  const { items, ...rest } = iamPage(parameters, 'items', wanted, ({ key }) => key);
  const page = items as typeof all;
  const of = (...kinds: readonly string[]): readonly Details[] =>
    page.filter(({ kind }) => kinds.includes(kind)).map(({ details }) => details);
  return {
    UserDetailList: of('User'),
    GroupDetailList: of('Group'),
    RoleDetailList: of('Role'),
    Policies: of('LocalManagedPolicy', 'AWSManagedPolicy'),
    ...rest,
  };
};

function inline(list: readonly Inline[]): readonly Details[] {
  return list.map(({ PolicyName, PolicyDocument }) => ({ PolicyName, PolicyDocument: encoded(PolicyDocument) }));
}

/** The answer says neither a role's description nor its longest session. */
function roleDetails(call: Call, role: RoleDoc): Details {
  const { Description: _text, MaxSessionDuration: _longest, ...rest } = role;
  return {
    ...rest,
    AssumeRolePolicyDocument: encoded(role.AssumeRolePolicyDocument),
    RolePolicyList: inline(role.RolePolicyList),
    InstanceProfileList: profilesOf(call, role.RoleName).map((profile) => ({ ...shown(call, profile), Tags: undefined })),
    RoleLastUsed: {},
  };
}

function policyDetails(policy: PolicyDoc, uses: ReturnType<typeof usesOf>): Details {
  const versions = policy.PolicyVersionList.map((version) => ({ ...version, Document: encoded(version.Document) }));
  return { ...policy, Tags: undefined, ...uses, PolicyVersionList: versions };
}
