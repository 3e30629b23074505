import type { Account, IamPrincipal, IamRole, Inventory, Resource } from '../../inventory/index.ts';
import { organizationOf, principalsOf } from '../principals.ts';

/** Where two inventories may differ. */
export interface Touched {
  /** Roles, users and providers that say another thing themselves, or over which another thing is said. */
  readonly principals: ReadonlySet<string>;
  /** Clusters of which some part is another. */
  readonly clusters: ReadonlySet<string>;
}

/** What changes of these resources touch. */
export function touchedBy(resources: readonly Resource[]): Touched {
  const principals = new Set<string>();
  const clusters = new Set<string>();
  for (const resource of resources) {
    if ('clusterArn' in resource) clusters.add(resource.clusterArn);
    else principals.add(resource.kind === 'role' ? resource.arn : resource.principalArn);
  }
  return { principals, clusters };
}

/** Compares two inventories whole: what they share is passed over, the rest is read. */
export function touchedBetween(before: Inventory, after: Inventory): Touched {
  const clusters = new Set<string>();
  const old = new Map(before.clusters.map((cluster) => [cluster.arn, cluster]));
  for (const cluster of after.clusters) {
    if (old.get(cluster.arn) !== cluster) clusters.add(cluster.arn);
    old.delete(cluster.arn);
  }
  for (const arn of old.keys()) clusters.add(arn);
  const principals = new Set<string>();
  for (const id of new Set([...before.accounts.keys(), ...after.accounts.keys()])) {
    const [one, other] = [before.accounts.get(id), after.accounts.get(id)];
    const differing = governedAlike(before, after, id) ? differ(one, other) : [...principalsOf(one), ...principalsOf(other)];
    for (const arn of differing) principals.add(arn);
    for (const arn of differingProviders(one, other)) principals.add(arn);
  }
  return { principals, clusters };
}

/** Whether an organization says the same over an account on both sides. */
export function governedAlike(before: Inventory, after: Inventory, id: string): boolean {
  return before.organizations === after.organizations || governed(before, id) === governed(after, id);
}

/** What an organization says over an account, as text; an account of none has none. */
function governed(inventory: Inventory, id: string): string {
  const found = organizationOf(inventory, id);
  if (found === undefined) return '';
  const { organization, member } = found;
  return said([organization.id, organization.managementAccount, member.orgPath, member.scps, member.rcps]);
}

function differ(one: Account | undefined, other: Account | undefined): readonly string[] {
  if (one === other) return [];
  const [a, b] = [one?.iam(), other?.iam()];
  // What nobody knows on one side may have been anything.
  if (a?.state !== 'collected' || b?.state !== 'collected') return [...principalsOf(one), ...principalsOf(other)];
  const old = new Map<string, IamPrincipal>([...a.value.roles, ...a.value.users].map((each) => [each.arn, each]));
  const out: string[] = [];
  for (const fresh of [...b.value.roles, ...b.value.users]) {
    const was = old.get(fresh.arn);
    old.delete(fresh.arn);
    if (was === fresh) continue;
    if (was === undefined || contents(was) !== contents(fresh)) out.push(fresh.arn);
  }
  return [...out, ...old.keys()];
}

/** What policies and clusters can ask of a principal, without where it stands. */
function contents(principal: IamPrincipal): string {
  const { uniqueId, createDate, tags, policies, boundary } = principal;
  return said([uniqueId, createDate, tags, policies, boundary, (principal as Partial<IamRole>).trust]);
}

export function said(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'origin' ? undefined : inner)) ?? '';
}

function differingProviders(one: Account | undefined, other: Account | undefined): readonly string[] {
  if (one === other) return [];
  const [a, b] = [one?.oidcProviders(), other?.oidcProviders()];
  const [old, fresh] = [a, b].map((each) => (each?.state === 'collected' ? each.value : []));
  return [...new Set([...(old ?? []), ...(fresh ?? [])])].filter((arn) => old?.includes(arn) !== fresh?.includes(arn));
}
