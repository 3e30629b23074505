import type { Gap } from '../../base/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import { principalOf } from '../present-parts.ts';
import type { Principal } from './types.ts';

/** A principal as an inventory shows it. */
export interface Found {
  readonly principal: Principal;
  /**
   * `there`: it is seen; `absent`: its account was collected and has no such role or user; `unseen`: nobody looked.
   * A federated identity is always `there`.
   */
  readonly state: 'there' | 'absent' | 'unseen';
  /** The role or user whose session calls; absent for federated identities and for a permission set that is not seen. */
  readonly arn?: string;
  readonly account: string;
  /** Provider of a federated identity, as it is named in an ARN; absent where the inventory lacks the issuer. */
  readonly provider?: string;
  readonly gap?: Gap;
}

const GITHUB = 'token.actions.githubusercontent.com';

/** Looks a principal up. `account` is the cluster's: identity providers stand there. */
export function findPrincipal(principal: Principal, inventory: Inventory, account: string): Found {
  switch (principal.kind) {
    case 'role':
    case 'user':
      return findArn(principal, principal.arn, inventory);
    case 'podIdentity':
      return findArn(principal, principal.role, inventory);
    case 'sso':
      return findPermissionSet(principal, inventory);
    case 'github':
      return { principal, state: 'there', account, provider: GITHUB };
    case 'irsa': {
      const issuer = principal.issuer ?? issuerOf(principal.cluster, inventory);
      return issuer === undefined
        ? { principal, state: 'unseen', account, ...gapOfIssuer(principal.cluster, inventory) }
        : { principal, state: 'there', account, provider: issuer };
    }
  }
}

/** The account that a principal's own rights come from; undefined for one that comes with a token of an identity provider. */
export function accountOfPrincipal(principal: Principal): string | undefined {
  if (principal.kind === 'sso') return principal.account;
  const arn = principal.kind === 'podIdentity' ? principal.role : 'arn' in principal ? principal.arn : undefined;
  return arn === undefined ? undefined : (parseArn(arn)?.account ?? '');
}

function findArn(principal: Principal, arn: string, inventory: Inventory): Found {
  const account = parseArn(arn)?.account ?? '';
  const { known, whole, gap } = principalOf(arn, inventory);
  if (known?.arn === arn) return { principal, state: 'there', arn, account };
  // Of another path or in other letters: there can be no second of that name, so this one is not there.
  const isAbsent = known !== undefined || whole;
  return { principal, state: isAbsent ? 'absent' : 'unseen', arn, account, ...(gap === undefined ? {} : { gap }) };
}

/** Where the roles of permission sets stand; the part behind it names the region of Identity Center, or nothing (facts eks.md §3.3). */
export const SSO_PATH = 'role/aws-reserved/sso.amazonaws.com/';

function findPermissionSet(principal: Principal & { readonly kind: 'sso' }, inventory: Inventory): Found {
  const { account, permissionSet } = principal;
  const iam = inventory.accounts.get(account)?.iam();
  if (iam?.state !== 'collected') return { principal, state: 'unseen', account, ...(iam === undefined ? {} : { gap: iam.gap }) };
  const found = iam.value.roles.filter(({ arn, name }) => arn.includes(SSO_PATH) && permissionSetIn(name) === permissionSet);
  const [role] = found;
  if (role !== undefined && found.length === 1) return { principal, state: 'there', account, arn: role.arn };
  return { principal, state: iam.value.lacks.includes('Role') || found.length > 1 ? 'unseen' : 'absent', account };
}

/** Identity Center names the role of a permission set `AWSReservedSSO_NAME_` and 16 hexadecimal digits. */
export function permissionSetIn(roleName: string): string | undefined {
  return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(roleName)?.[1];
}

/**
 * Matches the role of a permission set in every region of Identity Center and with every suffix, and no other: the suffix has a
 * fixed length, so a permission set whose name only begins alike does not fit.
 */
export function permissionSetPattern(partition: string, account: string, permissionSet: string): string {
  return `arn:${partition}:iam::${account}:${SSO_PATH}*AWSReservedSSO_${permissionSet}_${'?'.repeat(16)}`;
}

function issuerOf(clusterArn: string, inventory: Inventory): string | undefined {
  const description = inventory.clusters.find(({ arn }) => arn === clusterArn)?.description;
  return description?.state === 'collected' ? description.value.issuer?.replace(/^https:\/\//, '') : undefined;
}

function gapOfIssuer(clusterArn: string, inventory: Inventory): { readonly gap: Gap } {
  const description = inventory.clusters.find(({ arn }) => arn === clusterArn)?.description;
  if (description !== undefined && description.state !== 'collected') return { gap: description.gap };
  const name = clusterArn.slice(clusterArn.lastIndexOf('/') + 1);
  const what = `the OIDC issuer of ${clusterArn}`;
  const command = `aws eks describe-cluster --name ${name} --region ${parseArn(clusterArn)?.region ?? ''}`;
  return { gap: { kind: 'gap', id: `issuer:${clusterArn}`, state: 'notCollected', what, side: clusterArn, command } };
}
