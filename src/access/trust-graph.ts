import type { Gap } from '../base/index.ts';
import type { Inventory, PolicyDocument } from '../inventory/index.ts';
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

const graphs = new WeakMap<Inventory, TrustGraph>();

/** The trust graph of all collected accounts; made once for an inventory. */
export function trustGraph(inventory: Inventory): TrustGraph {
  const known = graphs.get(inventory);
  if (known !== undefined) return known;
  const byName = new Map<string, Set<string>>();
  const byRole = new Map<string, readonly string[]>();
  const documents = new Map<string, PolicyDocument>();
  const byId = new Map<string, readonly string[]>();
  const byAccount = new Map<string, string[]>();
  const gaps = new Map<string, Gap>();
  for (const [id, account] of inventory.accounts) {
    const trusts = account.trusts();
    if (trusts.state !== 'collected') {
      gaps.set(id, trusts.gap);
      continue;
    }
    const more = account.moreRoles();
    if (more !== undefined) gaps.set(id, more);
    const roles: string[] = [];
    byAccount.set(id, roles);
    for (const { arn, uniqueId, trust } of trusts.value) {
      if (uniqueId !== '') byId.set(uniqueId, [...(byId.get(uniqueId) ?? []), arn]);
      const names = namesTrusted(trust);
      roles.push(arn);
      byRole.set(arn, names);
      documents.set(arn, trust);
      for (const name of names) {
        const set = byName.get(name);
        if (set === undefined) byName.set(name, new Set([arn]));
        else set.add(arn);
      }
    }
  }
  let byBareArn: Map<string, string[]> | undefined;
  const graph: TrustGraph = {
    trusting: (names) => new Set(names.flatMap((name) => [...(byName.get(name) ?? [])])),
    trusted: (role) => byRole.get(role) ?? [],
    rolesOf: (account) => byAccount.get(account) ?? [],
    trustOf: (role) => documents.get(role),
    rolesCalled: (row) => {
      byBareArn ??= indexBare(byRole.keys());
      return byBareArn.get(bareArn(row)) ?? [];
    },
    called: (id) => byId.get(id) ?? [],
    gaps,
  };
  graphs.set(inventory, graph);
  return graph;
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
