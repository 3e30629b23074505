import type { Inventory, Resource } from '../inventory/index.ts';
import { OWNER_TAG, ownerByGroups, readRowTags } from '../inventory/index.ts';
import { readAwsAuth } from '../rules/eks/index.ts';
import { isMap } from './canonical.ts';
import { callerPolicy, ROLE_POLICY, rolePath, SESSIONS_POLICY } from './marks.ts';
import { manifestOf, objectMarks } from './present-cluster.ts';
import { documentOf, entryResource } from './present-parts.ts';
import { accountOfPrincipal } from './wish/principals.ts';
import type { GrantsFile } from './wish/types.ts';

/** Something that carries the mark of a file. */
export interface Owned {
  readonly resource: Resource;
  /** Empty for what several grants share. */
  readonly grant: string;
  readonly account: string;
}

/**
 * Everything in an inventory that a file made: by tags, labels and the annotation of aws-auth, rows that somebody made
 * by hand of a hand-over by their one group, and inline policies by their name
 * where they let assume one of its roles.
 *
 * @param accounts that may hold its roles and its callers; others are not read
 */
export function ownedBy(file: string, inventory: Inventory, accounts: ReadonlySet<string>): readonly Owned[] {
  const found: Owned[] = [];
  for (const cluster of inventory.clusters) {
    const add = (resource: Resource, owner: string): void => {
      found.push({ resource, grant: owner.slice(file.length + 1), account: cluster.account });
    };
    const entries = cluster.accessEntries();
    for (const entry of entries.state === 'collected' ? entries.value : []) {
      const owner = entry.tags?.[OWNER_TAG];
      if (owner === undefined || !owner.startsWith(`${file}/`)) continue;
      const { principalArn } = entry;
      for (const { policyArn, scope } of entry.policies.state === 'collected' ? entry.policies.value : []) {
        add({ kind: 'access-policy', clusterArn: cluster.arn, principalArn, policyArn, namespaces: scope.namespaces }, owner);
      }
      add(entryResource(cluster.arn, entry), owner);
    }
    const awsAuth = cluster.awsAuth();
    const map = awsAuth.state === 'collected' ? awsAuth.value : null;
    const marks = readRowTags(map?.annotations);
    // Where the annotation cannot be read, nobody knows whose the rows are.
    if (map !== null && marks !== undefined) {
      const tagged = Object.entries(marks);
      const { roles, users } = readAwsAuth(map.data);
      for (const row of [...roles, ...users]) {
        const tags = tagged.find(([arn]) => arn.toLowerCase() === row.arn.toLowerCase())?.[1] ?? {};
        const owner = tags[OWNER_TAG] ?? ownerByGroups(row.groups);
        if (owner === undefined || !owner.startsWith(`${file}/`)) continue;
        const { section, arn, username, groups } = row;
        add({ kind: 'aws-auth-row', clusterArn: cluster.arn, section, arn, username, groups, tags }, owner);
      }
    }
    const rbac = cluster.rbac();
    for (const object of rbac.state === 'collected' ? [...rbac.value.bindings, ...rbac.value.roles] : []) {
      const { owner } = objectMarks(object);
      if (owner?.startsWith(`${file}/`) !== true) continue;
      add({ kind: 'rbac-object', clusterArn: cluster.arn, manifest: manifestOf(object) }, owner);
    }
  }
  for (const account of accounts) found.push(...ownedInAccount(file, inventory, account));
  return found;
}

function ownedInAccount(file: string, inventory: Inventory, account: string): readonly Owned[] {
  const iam = inventory.accounts.get(account)?.iam();
  if (iam?.state !== 'collected') return [];
  const found: Owned[] = [];
  const prefix = callerPolicy(file, '');
  for (const principal of [...iam.value.roles, ...iam.value.users]) {
    const owner = principal.kind === 'role' ? principal.tags[OWNER_TAG] : undefined;
    const isOurs = owner?.startsWith(`${file}/`) === true;
    for (const policy of principal.policies) {
      const name = policy.inline;
      const document = documentOf(policy);
      if (name === undefined || document === undefined) continue;
      const grant =
        isOurs && (name === ROLE_POLICY || name === SESSIONS_POLICY)
          ? owner.slice(file.length + 1)
          : name.startsWith(prefix) && isForRolesOf(file, document)
            ? name.slice(prefix.length)
            : undefined;
      if (grant === undefined) continue;
      found.push({ resource: { kind: 'inline-policy', principalArn: principal.arn, name, document }, grant, account });
    }
    if (principal.kind !== 'role' || !isOurs) continue;
    const { arn, description = '', maxSessionDuration = 3600, tags } = principal;
    const trust = documentOf(principal.trust) ?? null;
    const resource: Resource = { kind: 'role', arn, trust, description, maxSessionDuration, tags };
    found.push({ resource, grant: owner.slice(file.length + 1), account });
  }
  return found;
}

/** Another file may have a name that begins alike (`a` and `a-b`): the roles in the policy say whose it is. */
function isForRolesOf(file: string, document: Parameters<typeof isMap>[0]): boolean {
  const statements = isMap(document) ? [document.Statement ?? []].flat() : [];
  const resources = statements.flatMap((statement) => (isMap(statement) ? [statement.Resource ?? []].flat() : []));
  return resources.length > 0 && resources.every((arn) => typeof arn === 'string' && arn.includes(`:role${rolePath(file)}`));
}

/** Accounts that may hold something of the file: its own, its callers', and those that its roles trust now. */
export function accountsOf(file: GrantsFile, inventory: Inventory): ReadonlySet<string> {
  const accounts = new Set(file.accounts.map(({ id }) => id));
  for (const { to } of file.grants) {
    for (const principal of to) {
      const account = accountOfPrincipal(principal);
      if (account !== undefined) accounts.add(account);
    }
  }
  for (const { resource } of [...accounts].flatMap((account) => ownedInAccount(file.name, inventory, account))) {
    if (resource.kind !== 'role') continue;
    for (const [, id] of JSON.stringify(resource.trust).matchAll(/:iam::(\d{12}):/g)) if (id !== undefined) accounts.add(id);
  }
  return accounts;
}
