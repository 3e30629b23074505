import type { Operation } from '../sts/index.ts';
import { ACCOUNT_OPERATIONS } from './account.ts';
import { getAccountAuthorizationDetails } from './details.ts';
import { GROUP_OPERATIONS } from './groups.ts';
import { holderPolicyOperations } from './holder-policies.ts';
import { holderTagOperations } from './holder-tags.ts';
import { PROFILE_OPERATIONS } from './instance-profiles.ts';
import { LOGIN_OPERATIONS } from './logins.ts';
import { MFA_OPERATIONS } from './mfa.ts';
import { POLICY_OPERATIONS } from './policies.ts';
import { PROVIDER_OPERATIONS } from './providers.ts';
import { RENAME_OPERATIONS } from './rename.ts';
import { ROLE_OPERATIONS } from './roles.ts';
import { SERVICE_LINKED_OPERATIONS } from './service-linked.ts';
import { SIMULATION_OPERATIONS } from './simulate.ts';
import { USER_OPERATIONS } from './users.ts';

/** The operations of IAM that the lab plays. */
export const IAM_OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ROLE_OPERATIONS,
  ...USER_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...RENAME_OPERATIONS,
  ...MFA_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...PROVIDER_OPERATIONS,
  ...PROFILE_OPERATIONS,
  ...LOGIN_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...SIMULATION_OPERATIONS,
  ...SERVICE_LINKED_OPERATIONS,
  ...holderPolicyOperations('Role'),
  ...holderPolicyOperations('User'),
  ...holderPolicyOperations('Group'),
  ...holderTagOperations('Role'),
  ...holderTagOperations('User'),
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
};
