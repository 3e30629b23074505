import type { Gap } from '../base/index.ts';
import type { Account, Inventory, PolicyDocument, RoleTrust } from '../inventory/index.ts';
import { parseArn } from '../rules/arn/index.ts';
import { accountGap, bareArn } from './principals.ts';

/**
 * Who each role could trust, read generously from the trust policies: a superset of the truth, good for leaving out
 * what cannot matter, never for deciding.
 */
export interface TrustGraph {
  /** Every role ARN that a principal might assume, by what a trust policy can call the principal. */
  readonly trusting: (names: readonly string[]) => ReadonlySet<string>;
  /** What the trust policy of a role names: account ids, ARNs, unique ids, providers, `*`. */
  readonly trusted: (roleArn: string) => readonly string[];
  readonly rolesOf: (account: string) => readonly string[];
  /** The trust policy of a collected role. */
  readonly trustOf: (roleArn: string) => PolicyDocument | undefined;
  /** The roles that a row of aws-auth may mean: it is compared without the path and without letter case (facts/eks.md §2.3). */
  readonly rolesCalled: (rowArn: string) => readonly string[];
  /** The roles of a unique id (AROA…), which a trust policy may name in place of an ARN. */
  readonly called: (uniqueId: string) => readonly string[];
  /** Accounts of whose roles nobody collected all. */
  readonly gaps: ReadonlyMap<string, Gap>;
}

/** What a graph is made of. */
interface Parts {
  readonly byName: Map<string, Set<string>>;
  readonly byRole: Map<string, { readonly names: readonly string[]; readonly trust: PolicyDocument }>;
  readonly byId: Map<string, Set<string>>;
  readonly byAccount: Map<string, Set<string>>;
}

const graphs = new WeakMap<Inventory, TrustGraph & { readonly parts: Parts }>();

/**
 * The trust graph of all collected accounts; made once for an inventory.
 *
 * @param like an inventory that shares most of its roles: what they have alike is taken over from its graph
 */
export function trustGraph(inventory: Inventory, like?: Inventory): TrustGraph {
  const known = graphs.get(inventory);
  if (known !== undefined) return known;
  const other = like === undefined ? undefined : graphs.get(like);
  const shared = like !== undefined && other !== undefined ? { inventory: like, graph: other } : undefined;
  const parts: Parts =
    shared === undefined
      ? { byName: new Map(), byRole: new Map(), byId: new Map(), byAccount: new Map() }
      : {
          byName: new Map(shared.graph.parts.byName),
          byRole: new Map(shared.graph.parts.byRole),
          byId: new Map(shared.graph.parts.byId),
          byAccount: new Map(shared.graph.parts.byAccount),
        };
  const edit = editorOf(parts);
  const gaps = new Map<string, Gap>();
  const ids = new Set([...(shared?.inventory.accounts.keys() ?? []), ...inventory.accounts.keys()]);
  for (const id of ids) {
    const [old, fresh] = [shared?.inventory.accounts.get(id), inventory.accounts.get(id)];
    const gap = fresh && gapIn(fresh);
    if (gap !== undefined) gaps.set(id, gap);
    if (old === fresh) continue;
    const left = new Map(rolesIn(old).map((role) => [role.arn, role]));
    for (const role of rolesIn(fresh)) {
      const was = left.get(role.arn);
      left.delete(role.arn);
      if (was?.trust === role.trust && was.uniqueId === role.uniqueId) continue;
      if (was !== undefined) edit.remove(id, was);
      edit.add(id, role);
    }
    for (const role of left.values()) edit.remove(id, role);
  }
  const graph = { ...graphOf(parts), gaps, parts };
  graphs.set(inventory, graph);
  return graph;
}

function rolesIn(account: Account | undefined): readonly RoleTrust[] {
  const trusts = account?.trusts();
  return trusts?.state === 'collected' ? trusts.value : [];
}

function gapIn(account: Account): Gap | undefined {
  const trusts = account.trusts();
  return trusts.state === 'collected' ? account.moreRoles() : trusts.gap;
}

/** Adds roles and takes them out; a set that may be another graph's too is copied before its first change. */
function editorOf({ byName, byRole, byId, byAccount }: Parts) {
  const own = new Set<ReadonlySet<string>>();
  const change = (map: Map<string, Set<string>>, key: string, edit: (set: Set<string>) => void): void => {
    let set = map.get(key);
    if (set === undefined || !own.has(set)) {
      set = new Set(set);
      own.add(set);
      map.set(key, set);
    }
    edit(set);
  };
  return {
    add: (account: string, { arn, uniqueId, trust }: RoleTrust): void => {
      const names = namesTrusted(trust);
      byRole.set(arn, { names, trust });
      change(byAccount, account, (roles) => roles.add(arn));
      if (uniqueId !== '') change(byId, uniqueId, (roles) => roles.add(arn));
      for (const name of names) change(byName, name, (roles) => roles.add(arn));
    },
    remove: (account: string, { arn, uniqueId }: RoleTrust): void => {
      for (const name of byRole.get(arn)?.names ?? []) change(byName, name, (roles) => roles.delete(arn));
      byRole.delete(arn);
      change(byAccount, account, (roles) => roles.delete(arn));
      if (uniqueId !== '') change(byId, uniqueId, (roles) => roles.delete(arn));
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function graphOf({ byName, byRole, byId, byAccount }: Parts): Omit<TrustGraph, 'gaps'> {
  let byBareArn: Map<string, string[]> | undefined;
  return {
    trusting: (names) => {
      const roles = new Set<string>();
      for (const name of names) for (const role of byName.get(name) ?? NONE) roles.add(role);
      return roles;
    },
    trusted: (role) => byRole.get(role)?.names ?? [],
    rolesOf: (account) => [...(byAccount.get(account) ?? NONE)],
    trustOf: (role) => byRole.get(role)?.trust,
    rolesCalled: (row) => {
      byBareArn ??= indexBare(byRole.keys());
      return byBareArn.get(bareArn(row)) ?? [];
    },
    called: (id) => [...(byId.get(id) ?? NONE)],
  };
}

function indexBare(arns: Iterable<string>): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const arn of arns) {
    const known = index.get(bareArn(arn));
    if (known === undefined) index.set(bareArn(arn), [arn]);
    else known.push(arn);
  }
  return index;
}

/** The gap of an account, whether it is known of or not. */
export function gapOf(graph: TrustGraph, inventory: Inventory, account: string): Gap | undefined {
  if (inventory.accounts.has(account)) return graph.gaps.get(account);
  return accountGap(account);
}

/** What a trust policy names. A document that cannot be read could name anybody. */
function namesTrusted(trust: PolicyDocument): readonly string[] {
  const document = trust.document;
  if (!isRecord(document)) return ['*'];
  const names = new Set<string>();
  for (const statement of [document.Statement].flat()) {
    if (!isRecord(statement)) return ['*'];
    if (statement.Effect === 'Deny') continue;
    for (const name of principalNames(statement.Principal)) names.add(name);
  }
  return [...names];
}

/** Whether some statement of a trust policy might allow an action to somebody: generous too, by the action alone. */
export function mightAllow(trust: PolicyDocument | undefined, action: string): boolean {
  const document = trust?.document;
  if (!isRecord(document) || document.Statement === undefined) return true;
  const wanted = action.toLowerCase();
  return [document.Statement].flat().some((statement) => {
    if (!isRecord(statement) || statement.Action === undefined) return true;
    if (statement.Effect === 'Deny') return false;
    return [statement.Action]
      .flat()
      .some((name) => typeof name !== 'string' || /[*?]/.test(name) || name.toLowerCase() === wanted);
  });
}

function principalNames(principal: unknown): readonly string[] {
  if (!isRecord(principal)) return ['*'];
  return Object.values(principal)
    .flat()
    .map((value) => (typeof value === 'string' ? nameOf(value) : '*'));
}

/** An account stands as its id, however it is written; a session as its role's account and name. */
function nameOf(principal: string): string {
  const arn = parseArn(principal);
  if (arn === undefined) return principal;
  if (arn.resource === 'root') return arn.account;
  if (arn.service === 'sts' && arn.resource.startsWith('assumed-role/')) {
    return `arn:${arn.partition}:sts::${arn.account}:assumed-role/${arn.resource.split('/')[1] ?? ''}`;
  }
  return principal;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
