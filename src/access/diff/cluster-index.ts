import { bareArn } from '../principals.ts';
import type { Node } from './ahead.ts';
import { type Graphed, leadingFrom, mappedByPair, newRole, type Pair, whomItMayName } from './clusters.ts';
import { ownerOf, type Reach } from './follow.ts';
import { differing } from './holdings.ts';

/** Which clusters a difference in a principal's sessions, or in what a cluster makes of them, can matter on. */
export interface ClusterIndex {
  /** Clusters on which anything may be another. */
  readonly relevant: ReadonlySet<string>;
  /** Those of them that matter for somebody who comes to these sessions. */
  readonly clustersOf: (before: Reach, after: Reach) => ReadonlySet<string>;
  /** Those of them that can matter for somebody who comes to these sessions, some of which moved with all that follows. */
  readonly concerned: (reaches: readonly Pick<Reach, 'sessions'>[], moved: Iterable<Node>) => ReadonlySet<string>;
  /** Whether some of these clusters may make anything of a node's sessions, before or after. */
  readonly mapping: (clusters: ReadonlySet<string>) => (node: Node) => boolean;
}

/** @param changed for each cluster of which some part is another, the principals that hold another thing there by themselves */
export function indexClusters(
  pairs: ReadonlyMap<string, Pair>,
  graphs: readonly [Graphed, Graphed],
  principals: ReadonlySet<string>,
  changed: ReadonlyMap<string, ReadonlySet<string>>,
): ClusterIndex {
  const changedFor = new Map<string, string[]>();
  for (const [cluster, arns] of changed) for (const arn of arns) add(changedFor, arn, cluster);
  const relevant = new Set(changed.keys());
  const mappedOn = new Map<string, string[]>();
  const accountsOn = new Map<string, string[]>();
  const dim: { readonly cluster: string; readonly account?: string }[] = [];
  if (principals.size > 0) {
    const ahead = new Set(graphs.flatMap((side) => [...leadingFrom(side, principals)]));
    const old = [...ahead].some((arn) => arn.includes(':role/') && !newRole(graphs, arn));
    for (const [cluster, pair] of pairs) {
      const unknown = old ? whomItMayName(pair) : undefined;
      if (unknown !== undefined) {
        relevant.add(cluster);
        dim.push({ cluster, ...unknown });
      }
      for (const { principals: named, accounts } of mappedByPair(pair, graphs)) {
        for (const arn of named) {
          if (!ahead.has(arn)) continue;
          relevant.add(cluster);
          add(mappedOn, arn, cluster);
        }
        for (const account of accounts) {
          relevant.add(cluster);
          add(accountsOn, account, cluster);
        }
      }
    }
  }
  const addMapping = (out: Set<string>, arn: string, account: string): void => {
    for (const cluster of mappedOn.get(arn) ?? []) out.add(cluster);
    for (const cluster of accountsOn.get(account) ?? []) out.add(cluster);
    if (newRole(graphs, arn)) return;
    for (const each of dim) if (each.account === undefined || each.account === account) out.add(each.cluster);
  };
  const mappedOtherwiseFor = (reaches: readonly Pick<Reach, 'sessions'>[]): Set<string> =>
    new Set(reaches.flatMap(({ sessions }) => sessions.flatMap(({ session }) => changedFor.get(ownerOf(session)) ?? [])));
  const named = new Map<string, Named>();
  const namedBy = (cluster: string): Named => {
    let found = named.get(cluster);
    if (found === undefined) {
      found = namedByPair(pairs.get(cluster) ?? [undefined, undefined], graphs);
      named.set(cluster, found);
    }
    return found;
  };
  return {
    relevant,
    clustersOf: (before, after) => {
      const out = mappedOtherwiseFor([before, after]);
      for (const { session } of differing(before.sessions, after.sessions))
        addMapping(out, ownerOf(session), session.principal.account);
      return out;
    },
    concerned: (reaches, moved) => {
      const out = mappedOtherwiseFor(reaches);
      for (const { arn, account } of moved) addMapping(out, arn, account);
      return out;
    },
    mapping: (clusters) => {
      const all = [...clusters].map(namedBy);
      return ({ arn, account }) => {
        const bare = bareArn(arn);
        return all.some(({ anybody, accounts, arns }) => anybody || accounts.has(account) || arns.has(bare));
      };
    },
  };
}

/** Whom a cluster may make anything of, on either side. */
interface Named {
  readonly anybody: boolean;
  readonly accounts: ReadonlySet<string>;
  readonly arns: ReadonlySet<string>;
}

/** Whom a cluster may make anything of. */
export function namedByPair(pair: Pair, graphs: readonly [Graphed, Graphed]): Named {
  const unknown = whomItMayName(pair);
  const mapped = mappedByPair(pair, graphs);
  const accounts = new Set(mapped.flatMap((side) => side.accounts));
  if (unknown?.account !== undefined) accounts.add(unknown.account);
  return {
    anybody: unknown !== undefined && unknown.account === undefined,
    accounts,
    arns: new Set(mapped.flatMap(({ principals }) => [...principals].map(bareArn))),
  };
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (list.at(-1) !== value) list.push(value);
}
