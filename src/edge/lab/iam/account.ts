import { authorise, type Call } from '../authorise.ts';
import { accountScope, LAB } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { required } from '../wire/parameters.ts';
import { isAwsManaged } from './aws-managed.ts';
import { alreadyExists, noSuchEntity } from './rules.ts';

/** 3 to 63 lower-case letters, digits and single dashes (IAM API reference, CreateAccountAlias). */
const ALIAS = { least: 3, most: 63, pattern: '[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]' };

/** The default quotas of an account that GetAccountSummary names (facts/iam.md §1.6; IAM user guide, reference_iam-quotas). */
const QUOTAS = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
};

/** The operations on an account as a whole: its alias and what is in it. */
export const ACCOUNT_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateAccountAlias: (call, parameters) => {
    const alias = required(parameters, 'AccountAlias', ALIAS);
    authorise(call, { action: 'iam:CreateAccountAlias', resource: '*' });
    // An alias is unique among all accounts; those outside the lab nobody can ask.
    const owner = call.lab.store.scopes().find((scope) => call.lab.store.get(scope, 'value', KEY)?.value === alias);
    if (owner !== undefined) throw alreadyExists(`The account alias ${alias} already exists.`);
    put(call, alias);
    return {};
  },
  DeleteAccountAlias: (call, parameters) => {
    const alias = required(parameters, 'AccountAlias', ALIAS);
    authorise(call, { action: 'iam:DeleteAccountAlias', resource: '*' });
    if (aliasOf(call) !== alias) throw noSuchEntity(`The account alias ${alias} does not exist.`);
    put(call, null);
    return {};
  },
  ListAccountAliases: (call) => {
    authorise(call, { action: 'iam:ListAccountAliases', resource: '*' });
    const alias = aliasOf(call);
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
  },
  GetAccountSummary: (call) => {
    authorise(call, { action: 'iam:GetAccountSummary', resource: '*' });
    return { SummaryMap: new Map(Object.entries({ ...counts(call), ...QUOTAS })) };
  },
};

const KEY = 'alias';

function aliasOf({ lab, caller }: Call): string | undefined {
  return lab.store.get(accountScope(caller.account), 'value', KEY)?.value;
}

function put({ lab, caller }: Call, alias: string | null): void {
  const document = alias === null ? null : { value: alias };
  lab.store.commit({ scope: accountScope(caller.account), kind: 'value', name: KEY, document });
}

function counts({ lab, caller }: Call): Readonly<Record<string, number>> {
  const scope = accountScope(caller.account);
  const { store } = lab;
  const devices = store.list(LAB, 'mfa').filter(({ account }) => account === caller.account);
  const policies = store.list(scope, 'policy').filter(({ Arn }) => !isAwsManaged(Arn));
  return {
    Users: store.list(scope, 'user').length,
    Groups: store.list(scope, 'group').length,
    Roles: store.list(scope, 'role').length,
    Policies: policies.length,
    PolicyVersionsInUse: policies.reduce((sum, { PolicyVersionList }) => sum + PolicyVersionList.length, 0),
    InstanceProfiles: store.list(scope, 'profile').length,
    Providers: store.list(scope, 'provider').length,
    AccountAccessKeysPresent: 0,
    AccountMFAEnabled: 0,
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ UserName }) => UserName !== undefined).length,
    ServerCertificates: 0,
  };
}
