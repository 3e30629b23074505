import { collected, type Gap, TRUE, unsettled, type Ways } from '../../base/index.ts';
import type { Cluster } from '../../inventory/index.ts';
import { AUTHENTICATION_MODES, type Mapping, mapIdentity, policyGrants, type StsIdentity } from '../../rules/eks/index.ts';
import { type Binding, type Bound, FULL_AUTHORITY, type RbacIndex, SYSTEM_MASTERS } from '../../rules/rbac/index.ts';
import type { Session } from '../../rules/sts/index.ts';
import {
  authenticate,
  compileClusterRbac,
  identityKey,
  mapToCluster,
  missingAllow,
  sourceOf,
  versionOf,
  withAuthenticated,
} from '../cluster.ts';
import { isNode, nodeAuthorizerGap, nodeRules } from '../node.ts';
import { fillSession, MOST_NAMES, sessionNameIn } from '../open-user.ts';
import { conjunctionOf } from '../possible.ts';
import { bareArn } from '../principals.ts';
import type { AccessFact } from '../types.ts';
import { type AtomSet, atomsOf } from './atom-set.ts';

/** Some atoms within one scope, and what they still depend on at the cluster. */
export interface Held {
  readonly scope: string;
  readonly set: AtomSet;
  readonly ways: Ways<AccessFact>;
  /** Only a session of this name holds them. */
  readonly named?: { readonly name: string; readonly binding: Binding };
}

const NOTHING: readonly Held[] = [];
const known = new WeakMap<Cluster, Map<string, readonly Held[]>>();

/**
 * Everything that a session holds on a cluster through its username, its groups and its access policies: the same union that
 * `authorizeInCluster` asks request by request. What may be more, because something was not collected, is held under that gap.
 */
export function heldBy(cluster: Cluster, session: Session): readonly Held[] {
  const authentication = authenticate(session, cluster);
  if (!authentication.ok) return NOTHING;
  const { identity } = authentication;
  let ofCluster = known.get(cluster);
  if (ofCluster === undefined) {
    ofCluster = new Map();
    known.set(cluster, ofCluster);
  }
  const key = identityKey(identity);
  let held = ofCluster.get(key);
  if (held === undefined) {
    held = usersOf(cluster, identity).flatMap(({ mapping, ways }) =>
      mapping === undefined ? [{ scope: '', set: atomsOf(FULL_AUTHORITY), ways }] : heldByUser(cluster, mapping, ways),
    );
    ofCluster.set(key, held);
  }
  return held;
}

/** Who an identity may be in a cluster; without a mapping: anybody. */
export interface MaybeUser {
  readonly mapping?: Mapping;
  readonly ways: Ways<AccessFact>;
}

/** Who an identity is in a cluster, or may be as far as that is known. */
export function usersOf(cluster: Cluster, identity: StsIdentity): readonly MaybeUser[] {
  if (cluster.description.state === 'collected') return alternatives(cluster, identity, mapToCluster(cluster, identity), TRUE);
  const { gap } = cluster.description;
  const source = sourceOf(cluster);
  return AUTHENTICATION_MODES.flatMap((mode) =>
    alternatives(cluster, identity, mapIdentity({ ...source, mode }, identity), under(gap, `mode ${mode}`)),
  );
}

function alternatives(cluster: Cluster, identity: StsIdentity, mapping: Mapping, ways: Ways<AccessFact>): readonly MaybeUser[] {
  if (mapping.result === 'unauthorized') return [];
  if (mapping.result === 'mapped') return [{ mapping, ways }];
  // Nobody knows; but whoever the rows or entries that are there would make of it is a possible answer that can be shown.
  const gaps = mapping.gaps.length > 0 ? mapping.gaps : [{ ...UNJUDGED, what: mapping.reason }];
  const [first = UNJUDGED] = gaps;
  const anybody = gaps.map((gap): MaybeUser => ({ ways: conjunctionOf(ways, unsettled(missingAllow(gap))) }));
  return [...likely(cluster, identity, first, ways), ...anybody];
}

/** The rows alone, as if no entry replaced them, and each entry that may be the identity's. */
function likely(cluster: Cluster, identity: StsIdentity, gap: Gap, ways: Ways<AccessFact>): readonly MaybeUser[] {
  const source = { ...sourceOf(cluster), mode: 'API_AND_CONFIG_MAP' as const };
  const out: MaybeUser[] = [];
  const rows = mapIdentity({ ...source, accessEntries: collected([]) }, identity);
  if (rows.result === 'mapped') out.push({ mapping: rows, ways: conjunctionOf(ways, under(gap, 'row')) });
  if (source.accessEntries.state !== 'collected') return out;
  const own = identity.roleArn ?? identity.arn;
  for (const { gap: _, boundUniqueId: __, createdAt: ___, ...entry } of source.accessEntries.value) {
    if (bareArn(entry.principalArn) !== bareArn(own)) continue;
    const bound = mapIdentity({ ...source, accessEntries: collected([{ ...entry, principalArn: own }]) }, identity);
    if (bound.by === 'accessEntry') out.push({ mapping: bound, ways: conjunctionOf(ways, under(gap, 'entry')) });
  }
  return out;
}

const UNJUDGED: Gap = { kind: 'gap', id: 'mapping', state: 'unjudged', what: 'who the caller is in the cluster' };

/** One reading of missing evidence: another fact than what else it may come to. */
function under(gap: Gap, reading: string): Ways<AccessFact> {
  return unsettled<AccessFact>({ kind: 'missing', id: `${gap.id}:${reading}`, gap, effect: 'allows' });
}

function heldByUser(cluster: Cluster, mapping: Mapping, ways: Ways<AccessFact>): readonly Held[] {
  const out: Held[] = [];
  const add = (scope: string, set: AtomSet, gap?: Gap): void => {
    out.push({ scope, set, ways: gap === undefined ? ways : conjunctionOf(ways, unsettled(missingAllow(gap))) });
  };
  const anything = atomsOf(FULL_AUTHORITY);
  const user = { username: mapping.username ?? '', groups: mapping.groups };
  const groups = withAuthenticated(user);
  const rbac = cluster.rbac();
  if (groups.includes(SYSTEM_MASTERS)) add('', anything);
  if (rbac.state === 'collected') {
    const { index } = compileClusterRbac(rbac.value, versionOf(cluster));
    const bound = boundTo(index, user.username, groups);
    for (const { scope, set } of bound) add(scope, set);
    if (mapping.open) {
      const plain = new Set(bound.map(({ scope, set }) => `${scope} ${set.key}`));
      for (const named of namedSessions(index, user)) {
        for (const { scope, set } of named.bound) {
          if (!plain.has(`${scope} ${set.key}`)) out.push({ scope, set, ways, named });
        }
      }
    }
    for (const gap of rbac.value.gaps) add('', anything, gap);
  } else {
    add('', anything, rbac.gap);
  }
  if (mapping.policies.state === 'collected') {
    for (const policy of mapping.policies.value) {
      for (const { scope, rules, gap } of policyGrants(policy, cluster.partition)) {
        const set = atomsOf(rules);
        add(scope, scope === '' ? set : set.inNamespace, gap);
      }
    }
  } else {
    add('', anything, mapping.policies.gap);
  }
  for (const gap of mapping.gaps) add('', anything, gap);
  if (isNode(user.username, groups)) add('', atomsOf(nodeRules()), nodeAuthorizerGap(cluster));
  return out;
}

/** What RBAC binds to a username and groups, by scope. */
export function boundTo(index: RbacIndex, username: string, groups: readonly string[]): readonly Pick<Held, 'scope' | 'set'>[] {
  const all: (Bound | undefined)[] = [index.users.get(username), ...groups.map((group) => index.groups.get(group))];
  const out: Pick<Held, 'scope' | 'set'>[] = [];
  for (const bound of all) {
    for (const { role } of bound?.cluster ?? []) if (role !== undefined) out.push({ scope: '', set: atomsOf(role.rules) });
    for (const [scope, roles] of bound?.namespaces ?? []) {
      for (const { role } of roles) if (role !== undefined) out.push({ scope, set: atomsOf(role.rules).inNamespace });
    }
  }
  return out;
}

/** The sessions that a binding names by their name, with what they hold. */
function namedSessions(index: RbacIndex, user: { readonly username: string; readonly groups: readonly string[] }) {
  const names = new Map<string, Binding>();
  const look = (template: string, among: ReadonlyMap<string, Bound>): void => {
    const head = template.slice(0, template.indexOf('{{'));
    for (const subject of startingWith(among, head)) {
      const name = sessionNameIn(template, subject);
      const bound = among.get(subject);
      const binding = bound?.cluster[0]?.binding ?? [...(bound?.namespaces.values() ?? [])][0]?.[0]?.binding;
      if (name !== undefined && binding !== undefined && names.size < MOST_NAMES && !names.has(name)) names.set(name, binding);
    }
  };
  if (user.username.includes('{{')) look(user.username, index.users);
  for (const group of user.groups) if (group.includes('{{')) look(group, index.groups);
  return [...names].map(([name, binding]) => {
    const groups = user.groups.map((group) => fillSession(group, name));
    return { name, binding, bound: boundTo(index, fillSession(user.username, name), groups) };
  });
}

const sorted = new WeakMap<ReadonlyMap<string, Bound>, readonly string[]>();

/** The names that begin so, found by halving: a cluster may bind thousands. */
function startingWith(among: ReadonlyMap<string, Bound>, head: string): readonly string[] {
  let names = sorted.get(among);
  if (names === undefined) {
    names = [...among.keys()].sort();
    sorted.set(among, names);
  }
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') < head) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < names.length && names[end]?.startsWith(head)) end++;
  return names.slice(low, end);
}
