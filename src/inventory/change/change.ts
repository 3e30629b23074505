import type { AccessEntry, AssociatedPolicy } from '../../rules/eks/index.ts';
import type { Binding, Role as RbacRole } from '../../rules/rbac/index.ts';
import type { Account, Cluster, Inventory } from '../model.ts';
import type { Resource } from '../resource.ts';
import { changeAccount } from './account.ts';
import { changeCluster } from './cluster.ts';

/** One change to one resource, as an intent; what it does to an inventory is `applyChange`. */
export type Change = Edit | ResourceChange;

/** A whole resource as it is wanted, or taken away. */
export interface ResourceChange {
  readonly kind: 'put' | 'remove';
  readonly resource: Resource;
}

/** A small change to something that may be somebody else's, as remedies propose it. */
export type Edit =
  | { readonly kind: 'add-identity-statement'; readonly principalArn: string; readonly statement: Statement }
  | { readonly kind: 'add-trust-statement'; readonly roleArn: string; readonly statement: Statement }
  | { readonly kind: 'put-access-entry'; readonly clusterArn: string; readonly entry: AccessEntry }
  | {
      readonly kind: 'associate-access-policy';
      readonly clusterArn: string;
      readonly principalArn: string;
      readonly policy: AssociatedPolicy;
    }
  | { readonly kind: 'add-aws-auth-row'; readonly clusterArn: string; readonly row: AwsAuthRow }
  | { readonly kind: 'replace-aws-auth-arn'; readonly clusterArn: string; readonly from: string; readonly to: string }
  | { readonly kind: 'add-rbac-role'; readonly clusterArn: string; readonly role: RbacRole }
  | { readonly kind: 'add-rbac-binding'; readonly clusterArn: string; readonly binding: Binding };

/** A policy statement as IAM writes it. */
export type Statement = Readonly<Record<string, unknown>>;

/** A row of `mapRoles`. */
export interface AwsAuthRow {
  readonly rolearn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

/**
 * The inventory as it would be after a change. The inventory given stays as it is; only what the change touches is
 * made anew, the rest is shared and stays lazy. A change to something that is not there, or that AWS would refuse (a second
 * role of a name), changes nothing; what was not collected stays a gap.
 */
export function applyChange(inventory: Inventory, change: Change): Inventory {
  return applyChanges(inventory, [change]);
}

/** The same for many changes in order, each account and cluster made anew once; nothing is read before it is asked for. */
export function applyChanges(inventory: Inventory, changes: readonly Change[]): Inventory {
  const ofAccounts = new Map<string, Change[]>();
  const ofClusters = new Map<string, Change[]>();
  for (const change of changes) {
    const place = placeOf(change);
    const map = place.clusterArn === undefined ? ofAccounts : ofClusters;
    const key = place.clusterArn ?? place.account;
    const list = map.get(key);
    if (list === undefined) map.set(key, [change]);
    else list.push(change);
  }
  const accounts = new Map<string, Account>(inventory.accounts);
  for (const [id, own] of ofAccounts) {
    const account = accounts.get(id);
    if (account !== undefined) accounts.set(id, changeAccount(account, own));
  }
  const clusters = inventory.clusters.map((cluster): Cluster => {
    const own = ofClusters.get(cluster.arn);
    return own === undefined ? cluster : changeCluster(cluster, own);
  });
  return {
    ...inventory,
    accounts: ofAccounts.size === 0 ? inventory.accounts : accounts,
    clusters: ofClusters.size === 0 ? inventory.clusters : clusters,
  };
}

type Place = { readonly clusterArn: string } | { readonly account: string; readonly clusterArn?: never };

function placeOf(change: Change): Place {
  if ('clusterArn' in change) return change;
  switch (change.kind) {
    case 'add-identity-statement':
      return { account: accountOf(change.principalArn) };
    case 'add-trust-statement':
      return { account: accountOf(change.roleArn) };
    case 'put':
    case 'remove': {
      const { resource } = change;
      if ('clusterArn' in resource) return resource;
      return { account: accountOf(resource.kind === 'role' ? resource.arn : resource.principalArn) };
    }
  }
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
