import { compileGlob, type Gap, globOf } from '../../base/index.ts';
import type { IamPrincipal, Inventory, PolicyDocument } from '../../inventory/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import { principalsOf } from '../principals.ts';
import { gapOf, type TrustGraph } from '../trust-graph.ts';

/** Everybody from whom some chain of trust may lead to one of the roles, themselves included, and the accounts that are not known. */
export interface Closure {
  readonly principals: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

/**
 * Works backward from roles along their trust policies. Generous on purpose, as the trust graph is: it says who must be
 * looked at, and leaves out who has no chain at all.
 */
export function leadingTo(inventory: Inventory, graph: TrustGraph, seeds: Iterable<string>): Closure {
  const principals = new Set(seeds);
  const gaps = new Map<string, Gap>();
  const expanded = new Set<string>();
  for (const principal of principals) {
    for (const name of graph.trusted(principal)) {
      const { partition = '', account = '' } = parseArn(principal) ?? {};
      const key = `${partition} ${name === '*' ? account : ''} ${name}`;
      if (expanded.has(key)) continue;
      expanded.add(key);
      const others = name === '*' ? anybody(inventory, account) : named(inventory, graph, name, partition, gaps);
      for (const other of others) principals.add(other);
    }
  }
  return { principals, gaps: [...gaps.values()] };
}

/** Beside `*`, which stands for strangers: whom an own policy lets out, and in the role's account everybody. */
function anybody(inventory: Inventory, account: string): readonly string[] {
  const home = principalsOf(inventory.accounts.get(account));
  return ['*', ...home, ...[...inventory.accounts.keys()].flatMap((id) => assumers(inventory, id))];
}

function named(
  inventory: Inventory,
  graph: TrustGraph,
  name: string,
  partition: string,
  gaps: Map<string, Gap>,
): readonly string[] {
  if (/^\d{12}$/.test(name)) {
    const gap = gapOf(graph, inventory, name);
    if (gap !== undefined) gaps.set(gap.id, gap);
    const root = gap === undefined ? [] : [`arn:${partition}:iam::${name}:root`];
    return [...root, ...assumers(inventory, name)];
  }
  if (/^AROA/.test(name)) return graph.called(name);
  const arn = parseArn(name);
  if (arn === undefined) return [];
  // Who comes to a role of which nobody knows the trust policy is not known either.
  const gap = arn.resource.startsWith('user/') ? undefined : gapOf(graph, inventory, arn.account);
  if (gap !== undefined) gaps.set(gap.id, gap);
  const [kind = '', role = ''] = arn.resource.split('/');
  if (arn.service === 'sts' && kind === 'assumed-role') {
    const bare = `arn:${arn.partition}:iam::${arn.account}:role/${role}`;
    const roles = graph.rolesOf(arn.account).filter((each) => each.endsWith(`/${role}`));
    return roles.length === 0 ? [bare] : roles;
  }
  return ['role', 'user', 'oidc-provider', 'saml-provider'].includes(kind) ? [name] : [];
}

const known = new WeakMap<object, readonly string[]>();

/** The principals of a collected account whose policies may allow assuming anything: a trust in the account needs that too. */
function assumers(inventory: Inventory, account: string): readonly string[] {
  const iam = inventory.accounts.get(account)?.iam();
  if (iam?.state !== 'collected') return [];
  let found = known.get(iam.value);
  if (found === undefined) {
    found = [...iam.value.roles, ...iam.value.users].filter(mayAssumeSomething).map(({ arn }) => arn);
    known.set(iam.value, found);
  }
  return found;
}

/** Whether some policy of a principal may allow assuming a role: without one it never leaves its account (facts/iam.md §2.2). */
function mayAssumeSomething({ policies }: Pick<IamPrincipal, 'policies'>): boolean {
  let may = assuming.get(policies);
  if (may === undefined) {
    may = policies.some((policy) => policy.document === undefined || policy.gap !== undefined || allowsAssuming(policy));
    assuming.set(policies, may);
  }
  return may;
}

const assuming = new WeakMap<readonly PolicyDocument[], boolean>();

const allowing = new WeakMap<PolicyDocument, Reached>();

/** Whether a policy might allow assuming a role of that ARN; null: none at all. */
type Reached = ((roleArn: string) => boolean) | null;

function allowsAssuming(policy: PolicyDocument): boolean {
  return reachOf(policy) !== null;
}

/** The roles of other accounts that a principal's policies might let it assume: generous, by actions and resources alone. */
export function mayReach({ policies }: Pick<IamPrincipal, 'policies'>): (roleArn: string) => boolean {
  const all: ((roleArn: string) => boolean)[] = [];
  for (const policy of policies) {
    if (policy.document === undefined || policy.gap !== undefined) return () => true;
    const reach = reachOf(policy);
    if (reach !== null) all.push(reach);
  }
  return (arn) => all.some((reach) => reach(arn));
}

function reachOf(policy: PolicyDocument): Reached {
  const known = allowing.get(policy);
  if (known !== undefined) return known;
  const { Statement } = policy.document as { readonly Statement?: unknown };
  const tests = [Statement].flat().flatMap((statement) => {
    if (typeof statement !== 'object' || statement === null) return [() => true];
    const { Effect, Action, Resource } = statement as Readonly<Record<string, unknown>>;
    if (Effect === 'Deny') return [];
    // NotAction and NotResource, or what cannot be read.
    const assumes = Action === undefined || [Action].flat().some((action) => typeof action !== 'string' || isAssume(action));
    if (!assumes) return [];
    if (Resource === undefined) return [() => true];
    return [Resource].flat().map((resource) => {
      if (typeof resource !== 'string' || resource.includes('${')) return () => true;
      const matches = compileGlob(globOf(resource.toLowerCase()));
      return (arn: string): boolean => matches(arn.toLowerCase());
    });
  });
  const reach: Reached = tests.length === 0 ? null : (arn) => tests.some((test) => test(arn));
  allowing.set(policy, reach);
  return reach;
}

const isAssumeKnown = new Map<string, boolean>();

function isAssume(action: string): boolean {
  let yes = isAssumeKnown.get(action);
  if (yes === undefined) {
    if (isAssumeKnown.size > 10_000) isAssumeKnown.clear();
    yes = compileGlob(globOf(action.toLowerCase()))('sts:assumerole');
    isAssumeKnown.set(action, yes);
  }
  return yes;
}
