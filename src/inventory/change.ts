import { collected, type Origin } from '../base/index.ts';
import type { AccessEntry, AssociatedPolicy } from '../rules/eks/index.ts';
import type { Binding, Role as RbacRole } from '../rules/rbac/index.ts';
import { appendRow, replaceRowArn } from './aws-auth-text.ts';
import type { Account, Cluster, IamAccount, IamPrincipal, IamRole, Inventory, PolicyDocument } from './model.ts';

/** One change to one resource, as an intent; what it does to an inventory is `applyChange`. */
export type Change =
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
 * made anew, the rest is shared and stays lazy. A change to something that is not there changes nothing.
 */
export function applyChange(inventory: Inventory, change: Change): Inventory {
  switch (change.kind) {
    case 'add-identity-statement':
      return withPrincipal(inventory, change.principalArn, (principal) => ({
        ...principal,
        policies: [...principal.policies, added(change.statement)],
      }));
    case 'add-trust-statement':
      return withPrincipal(inventory, change.roleArn, (role) =>
        'trust' in role ? { ...role, trust: withStatement((role as IamRole).trust, change.statement) } : role,
      );
    case 'put-access-entry':
      return withEntries(inventory, change.clusterArn, (entries) => [
        ...entries.filter(({ principalArn }) => principalArn !== change.entry.principalArn),
        change.entry,
      ]);
    case 'associate-access-policy':
      return withEntries(inventory, change.clusterArn, (entries) =>
        entries.map((entry) => (entry.principalArn === change.principalArn ? associated(entry, change.policy) : entry)),
      );
    case 'add-aws-auth-row':
      return withMapRoles(inventory, change.clusterArn, (text) => appendRow(text, change.row));
    case 'replace-aws-auth-arn':
      return withMapRoles(inventory, change.clusterArn, (text) => replaceRowArn(text, change.from, change.to));
    case 'add-rbac-role':
      return withRbac(inventory, change.clusterArn, { roles: [change.role], bindings: [] });
    case 'add-rbac-binding':
      return withRbac(inventory, change.clusterArn, { roles: [], bindings: [change.binding] });
  }
}

/** Where a thing stands that no file holds yet. */
const PROPOSED: Origin = { file: '(proposed)', path: [] };

function added(statement: Statement): PolicyDocument {
  return { name: 'proposed inline policy', document: { Version: '2012-10-17', Statement: [statement] }, origin: PROPOSED };
}

function withStatement(trust: PolicyDocument, statement: Statement): PolicyDocument {
  // A trust policy that nobody collected stays a gap: with one statement more it is still not known.
  if (trust.document === undefined || trust.gap !== undefined) return trust;
  const document = trust.document as { readonly Statement?: unknown };
  const before = [document.Statement ?? []].flat();
  // The Version is left as it is: another would change what the other statements' variables mean.
  return { ...trust, document: { ...document, Statement: [...before, statement] } };
}

function associated(entry: AccessEntry, policy: AssociatedPolicy): AccessEntry {
  if (entry.policies.state !== 'collected') return entry;
  const others = entry.policies.value.filter(({ policyArn }) => policyArn !== policy.policyArn);
  return { ...entry, policies: collected([...others, policy]) };
}

function withPrincipal(inventory: Inventory, arn: string, change: (principal: IamPrincipal) => IamPrincipal): Inventory {
  const id = arn.split(':')[4] ?? '';
  const account = inventory.accounts.get(id);
  const iam = account?.iam();
  if (account === undefined || iam?.state !== 'collected') return inventory;
  const changed = <T extends IamPrincipal>(principal: T): T => (principal.arn === arn ? (change(principal) as T) : principal);
  const roles = iam.value.roles.map(changed);
  const users = iam.value.users.map(changed);
  const next: IamAccount = {
    ...iam.value,
    roles,
    users,
    role: (name) => roles.find((role) => role.name.toLowerCase() === name.toLowerCase()),
    user: (name) => users.find((user) => user.name.toLowerCase() === name.toLowerCase()),
  };
  const trusts: Account['trusts'] = () =>
    collected(roles.map((role) => ({ arn: role.arn, uniqueId: role.uniqueId, trust: role.trust })));
  return { ...inventory, accounts: new Map(inventory.accounts).set(id, { ...account, iam: () => collected(next), trusts }) };
}

function withCluster(inventory: Inventory, arn: string, change: (cluster: Cluster) => Cluster): Inventory {
  return { ...inventory, clusters: inventory.clusters.map((cluster) => (cluster.arn === arn ? change(cluster) : cluster)) };
}

function withEntries(
  inventory: Inventory,
  arn: string,
  change: (entries: readonly AccessEntry[]) => readonly AccessEntry[],
): Inventory {
  return withCluster(inventory, arn, (cluster) => {
    const entries = cluster.accessEntries();
    if (entries.state !== 'collected') return cluster;
    const next = collected(change(entries.value));
    return { ...cluster, accessEntries: () => next };
  });
}

function withMapRoles(inventory: Inventory, arn: string, change: (text: string) => string): Inventory {
  return withCluster(inventory, arn, (cluster) => {
    const awsAuth = cluster.awsAuth();
    if (awsAuth.state !== 'collected') return cluster;
    const data = awsAuth.value?.data ?? {};
    const text = typeof data.mapRoles === 'string' ? data.mapRoles : '';
    const next = collected({ ...awsAuth.value, data: { ...data, mapRoles: change(text) } });
    return { ...cluster, awsAuth: () => next };
  });
}

function withRbac(
  inventory: Inventory,
  arn: string,
  more: { readonly roles: readonly RbacRole[]; readonly bindings: readonly Binding[] },
): Inventory {
  return withCluster(inventory, arn, (cluster) => {
    const rbac = cluster.rbac();
    if (rbac.state !== 'collected') return cluster;
    const next = collected({
      ...rbac.value,
      roles: replaced(rbac.value.roles, more.roles),
      bindings: replaced(rbac.value.bindings, more.bindings),
    });
    return { ...cluster, rbac: () => next };
  });
}

/** As `kubectl apply` does: an object of the same kind, namespace and name is replaced. */
function replaced<T extends { readonly kind: string; readonly namespace: string; readonly name: string }>(
  before: readonly T[],
  more: readonly T[],
): readonly T[] {
  const same = (a: T, b: T): boolean => a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
  return [...before.filter((old) => !more.some((fresh) => same(old, fresh))), ...more];
}
