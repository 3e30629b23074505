import { parseArn } from '../../../rules/arn/index.ts';
import { isAwsManaged } from '../iam/aws-managed.ts';
import type { EntryDoc, PolicyDoc } from './documents.ts';
import { accountScope, accountsIn, clusterScope, clustersIn, FILES } from './scope.ts';
import type { Store } from './store.ts';

/** A file of an inventory folder: its path below the folder, and its text, made when it is asked for. */
export interface StateFile {
  readonly path: string;
  readonly text: () => string;
}

/** The whole state as the files of an inventory folder (docs/inventory.md), without the Kubernetes objects. */
export function stateFiles(store: Store): readonly StateFile[] {
  return [
    ...organizationFiles(store),
    ...accountsIn(store.scopes()).flatMap((id) => accountFiles(store, id)),
    ...clustersIn(store.scopes()).flatMap((arn) => clusterFiles(store, arn)),
  ];
}

/** Where an inventory says what was complete and what was refused. */
export const MARKS = 'inventory.json';

/** The organizations, as they were loaded. */
export function organizationFiles(store: Store): readonly StateFile[] {
  return keptFiles(store, FILES).filter(({ path }) => path !== MARKS);
}

/** What a replayed inventory says of its collection; every other file is read by it. */
export function marksFiles(store: Store): readonly StateFile[] {
  return keptFiles(store, FILES).filter(({ path }) => path === MARKS);
}

/** One account: principals and policies, providers, and the policies of its other resources. No access key is in it. */
export function accountFiles(store: Store, id: string): readonly StateFile[] {
  const scope = accountScope(id);
  const account = store.get(scope, 'account', id);
  const folder = `accounts/${id}`;
  const files = keptFiles(store, scope);
  if (account === undefined) return files;
  const lists: Readonly<Record<string, readonly [key: string, items: () => readonly unknown[]]>> = {
    User: ['UserDetailList', () => store.list(scope, 'user')],
    Group: ['GroupDetailList', () => store.list(scope, 'group')],
    Role: ['RoleDetailList', () => rolesOf(store, scope)],
    Policy: ['Policies', () => policiesOf(store, scope)],
  };
  const known = account.lists.flatMap((list) => {
    const made = lists[list];
    return made === undefined ? [] : [made];
  });
  if (known.length > 0)
    files.push({
      path: `${folder}/iam.json`,
      text: () => print(Object.fromEntries(known.map(([key, items]) => [key, items()]))),
    });
  if (account.providers) {
    const arns = store.list(scope, 'provider').map(({ Arn }) => ({ Arn }));
    files.push({ path: `${folder}/oidc-providers.json`, text: () => print({ OpenIDConnectProviderList: arns }) });
  }
  return files;
}

/** Roles with the instance profiles that hold them, as GetAccountAuthorizationDetails has them. */
function rolesOf(store: Store, scope: string): readonly unknown[] {
  const profiles = store.list(scope, 'profile');
  return store.list(scope, 'role').map((role) => {
    const { Path, RoleName, RoleId, Arn, CreateDate } = role;
    const holders = profiles.filter((profile) => profile.RoleName?.toLowerCase() === RoleName.toLowerCase());
    const Roles = [{ Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument: role.AssumeRolePolicyDocument }];
    return { ...role, InstanceProfileList: holders.map(({ RoleName: _name, ...profile }) => ({ ...profile, Roles })) };
  });
}

/** Policies as GetAccountAuthorizationDetails has them: of AWS's own those alone that are in use. */
function policiesOf(store: Store, scope: string): readonly PolicyDoc[] {
  const holders = [...store.list(scope, 'user'), ...store.list(scope, 'group'), ...store.list(scope, 'role')];
  const used = new Set<string | undefined>(
    holders.flatMap((holder) => [
      ...holder.AttachedManagedPolicies.map(({ PolicyArn }) => PolicyArn),
      'PermissionsBoundary' in holder ? holder.PermissionsBoundary?.PermissionsBoundaryArn : undefined,
    ]),
  );
  return store.list(scope, 'policy').filter(({ Arn }) => !isAwsManaged(Arn) || used.has(Arn));
}

/** The folder of a cluster in an inventory. */
export function clusterFolder(arn: string): string {
  const { account = '', region = '' } = parseArn(arn) ?? {};
  return `accounts/${account}/eks/${region}/${arn.slice(arn.lastIndexOf('/') + 1)}`;
}

/** One cluster: its description and its access entries. */
export function clusterFiles(store: Store, arn: string): readonly StateFile[] {
  const scope = clusterScope(arn);
  const document = store.get(scope, 'cluster', arn);
  if (document === undefined) return [];
  const kept = keptFiles(store, scope);
  if (document.files === true) return kept;
  const folder = clusterFolder(arn);
  const files: StateFile[] = [...kept];
  if (document.described !== false)
    files.push({ path: `${folder}/cluster.json`, text: () => print({ cluster: document.cluster }) });
  if (document.creator !== undefined) {
    files.push({ path: `${folder}/creator.json`, text: () => print({ principalArn: document.creator }) });
  }
  const entries = store.list(scope, 'entry');
  if (document.entries) {
    const arns = entries.map(({ accessEntry }) => accessEntry.principalArn);
    files.push({ path: `${folder}/access-entries/list.json`, text: () => print({ accessEntries: arns }) });
  }
  for (const [index, entry] of entries.entries()) files.push(...entryFiles(`${folder}/access-entries/${index + 1}`, entry));
  return files;
}

function entryFiles(name: string, { accessEntry, policies, boundUniqueId }: EntryDoc): readonly StateFile[] {
  const bound = boundUniqueId === undefined ? {} : { boundUniqueId };
  const files = [{ path: `${name}.json`, text: () => print({ accessEntry: { ...accessEntry, ...bound } }) }];
  if (policies === undefined) return files;
  const { clusterName, principalArn } = accessEntry;
  const associated = { associatedAccessPolicies: policies, clusterName, principalArn };
  return [...files, { path: `${name}.policies.json`, text: () => print(associated) }];
}

function keptFiles(store: Store, scope: string): StateFile[] {
  return store.list(scope, 'file').map(({ path, text }) => ({ path, text: () => text }));
}

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
