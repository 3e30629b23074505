import type { Cluster, Inventory, Resource } from '../../inventory/index.ts';
import { resourceId } from '../../inventory/index.ts';
import { authenticate } from '../cluster.ts';
import { type Graphed, graphed, mappedByPair, type Pair, pairsOf, sides } from '../diff/clusters.ts';
import type { Holding } from '../diff/compare.ts';
import type { Reached } from '../diff/follow.ts';
import { usersOf } from '../diff/held.ts';
import { holdingsOf } from '../diff/holdings.ts';
import { makeSide, type Side } from '../diff/side.ts';
import { type Touched, touchedBetween, touchedBy } from '../diff/touched.ts';
import { isNode } from '../node.ts';
import { implies } from '../possible.ts';
import { bareArn, type Found, principalsOf } from '../principals.ts';
import { startOf } from '../start.ts';
import { findTargets, type Targets } from '../targets.ts';
import type { AssumptionName } from '../types.ts';
import { prepareGiven, type World } from '../world.ts';
import type { LockOut } from './types.ts';
import { better, isSurer, mayAdminister, mayCallEks, surest, type Way } from './ways-in.ts';

/** Who plans, and what may be said beside the two inventories. */
export interface LockOutOptions {
  readonly now: Date;
  /** The ARN of whoever would apply the plan. */
  readonly caller?: string;
  /** The resources that would be put or removed; absent: the inventories are compared whole. */
  readonly touched?: readonly Resource[];
  readonly assume?: readonly AssumptionName[];
}

/**
 * Finds whom the step from one inventory to another locks out: whoever plans it, everybody who can say who has access to a
 * cluster, the nodes of one. A way in counts afterwards only where it is sure (law 2: for the guard, unknown is no way in); one
 * that was not there before cannot be lost, and where nobody was sure, one that is perhaps there is as good as another. So a plan
 * that takes nothing away is never refused. Who may have made the cluster is left out: no plan changes that.
 *
 * @example findLockOuts(before, applyChanges(before, changes), { now, caller, touched })
 */
export function findLockOuts(before: Inventory, after: Inventory, options: LockOutOptions): readonly LockOut[] {
  const where = options.touched === undefined ? touchedBetween(before, after) : touchedBy(options.touched);
  const graphs = graphed(before, after);
  const out: LockOut[] = [];
  for (const [clusterArn, pair] of pairsOf(before, after)) {
    const [old, fresh] = pair;
    // A cluster that is no part of one side has nobody who could be locked out.
    if (old === undefined || fresh === undefined || !isConcerned(pair, where, graphs, options.caller)) continue;
    const guard = makeGuard([old, fresh], graphs, options);
    const steps = (about?: string): readonly string[] => stepsOf(options.touched ?? [], clusterArn, about);
    for (const principal of guard.lostNodes()) {
      const text = `nodes of ${principal} could not join ${old.name} any more: no row or entry would make them nodes`;
      out.push({ clusterArn, who: 'node-role', principal, text, steps: steps(principal) });
    }
    const last = guard.lastAdministrators();
    if (last !== undefined) {
      const can = last.isSure ? 'can' : 'perhaps can';
      const text = `nobody could surely change who has access to ${old.name} any more; so far ${last.who.join(', ')} ${can}`;
      out.push({ clusterArn, who: 'administrators', text, steps: steps() });
    }
    const { caller } = options;
    const lost = caller === undefined ? undefined : guard.lostBy(caller);
    if (caller !== undefined && lost !== undefined) {
      const text = `${caller}, who plans this, could not ${lost} ${old.name} any more`;
      out.push({ clusterArn, who: 'caller', principal: caller, text, steps: steps() });
    }
  }
  return out;
}

/** Whether anything that a cluster's people stand on is another. */
function isConcerned(pair: Pair, where: Touched, graphs: readonly [Graphed, Graphed], caller: string | undefined): boolean {
  if (pair[0] !== pair[1]) return true;
  if (where.principals.size === 0) return false;
  const account = pair[0]?.account;
  if ([...where.principals].some((arn) => arn.split(':')[4] === account || arn === caller)) return true;
  return mappedByPair(pair, graphs).some(({ principals }) => [...where.principals].some((arn) => principals.has(arn)));
}

function stepsOf(touched: readonly Resource[], clusterArn: string, about: string | undefined): readonly string[] {
  const wanted = about === undefined ? undefined : bareArn(about);
  const own = touched.filter((resource) => {
    if ('clusterArn' in resource && resource.clusterArn !== clusterArn) return false;
    if (wanted === undefined) return true;
    const arn = 'principalArn' in resource ? resource.principalArn : 'arn' in resource ? resource.arn : undefined;
    return arn !== undefined && bareArn(arn) === wanted;
  });
  return [...new Set(own.map(resourceId))];
}

interface Guard {
  /** Node roles that would be none any more. */
  readonly lostNodes: () => readonly string[];
  /** Who could administer so far, surely or perhaps, where nobody could as surely afterwards and something was taken away. */
  readonly lastAdministrators: () => Lost | undefined;
  /** What a principal could do so far and could not afterwards. */
  readonly lostBy: (principal: string) => 'reach' | 'change who has access to' | undefined;
}

interface Lost {
  readonly who: readonly string[];
  readonly isSure: boolean;
}

function makeGuard(
  clusters: readonly [Cluster, Cluster],
  graphs: readonly [Graphed, Graphed],
  { now, assume = [] }: LockOutOptions,
): Guard {
  const both = sides((i): One => {
    const { inventory, graph } = graphs[i];
    const cluster = clusters[i];
    const targets = (): Targets => findTargets(inventory, graph, [cluster]);
    const world = { inventory, now, assume, given: prepareGiven([]) };
    return { side: makeSide(graphs[i], { now, assume, targets }), world, cluster };
  });
  const named = new Set(mappedByPair(clusters, graphs).flatMap(({ principals }) => [...principals]));
  const rewritten = (arn: string): boolean => {
    const [old, fresh] = graphs.map(({ graph }) => graph.trustOf(arn)?.document);
    return old !== undefined && fresh !== undefined && JSON.stringify(old) !== JSON.stringify(fresh);
  };
  /** How surely a principal of its own can administer on a side: inside the cluster, or by the EKS API. */
  const administers = (one: One, principal: string): Way => {
    const { exists, self } = selfOf(one, principal, rewritten);
    if (self === undefined) return 'none';
    const inside = mayAdminister(one.cluster, heldOf(one, [self]), now);
    return exists ? inside : inside === 'none' ? 'none' : 'perhaps';
  };
  const byEks = (one: One, principal: string): Way => {
    const { exists, self } = selfOf(one, principal, rewritten);
    return self === undefined || !exists ? 'none' : mayCallEks(one.world, one.cluster, self);
  };
  return {
    lostNodes: () => [...named].filter((arn) => isLostNode(both, arn)),
    lastAdministrators: () => {
      // Most plans leave somebody who surely can: then nobody else is looked at.
      if ([...named].some((arn) => administers(both[1], arn) === 'sure')) return undefined;
      if (ownersOf(both[1]).some((arn) => byEks(both[1], arn) === 'sure')) return undefined;
      const inside = sides((i) => new Map([...named].map((arn) => [arn, administers(both[i], arn)] as const)));
      const outside = sides((i) => new Map(ownersOf(both[i]).map((arn) => [arn, byEks(both[i], arn)] as const)));
      const left = [...inside[1].values(), ...outside[1].values()];
      const lost = [inside, outside].flatMap(([old, fresh]) =>
        [...old].filter(([arn, way]) => isSurer(way, fresh.get(arn) ?? 'none')),
      );
      const sure = lost.filter(([, way]) => way === 'sure');
      if (lost.length === 0 || (sure.length === 0 && left.includes('perhaps'))) return undefined;
      const who = (sure.length > 0 ? sure : lost).map(([arn]) => arn);
      return { who: [...new Set(who)].sort(), isSure: sure.length > 0 };
    },
    lostBy: (principal) => {
      const [old, fresh] = sides((i) => {
        const one = both[i];
        const { sessions } = one.side.reach(principal);
        const held = heldOf(one, sessions);
        const reaches = held.reduce<Way>((best, { ways }) => better(best, surest(ways, now)), 'none');
        const eks = sessions.reduce<Way>((best, session) => better(best, mayCallEks(one.world, one.cluster, session)), 'none');
        return { reaches, changes: better(eks, mayAdminister(one.cluster, held, now)) };
      });
      if (fresh.changes === 'sure') return undefined;
      if (isSurer(old.changes, fresh.changes)) return 'change who has access to';
      return isSurer(old.reaches, fresh.reaches) ? 'reach' : undefined;
    },
  };
}

interface One {
  readonly side: Side;
  readonly world: World;
  readonly cluster: Cluster;
}

/** What sessions hold on the cluster, but for the doubt whether they made it. */
function heldOf({ cluster }: One, sessions: readonly Reached[]): readonly Holding[] {
  return holdingsOf(cluster, sessions, () => true);
}

/** A principal in its own session; `exists` only where its account was collected and holds it, and somebody can be it. */
function selfOf(
  one: One,
  principal: string,
  rewritten: (roleArn: string) => boolean,
): { readonly exists: boolean; readonly self: Reached | undefined } {
  const start = startOf(one.side.inventory, principal);
  // Nobody is a principal that its own account, read whole, lacks.
  if ('code' in start || isAbsent(start.found)) return { exists: false, self: undefined };
  const self = { session: start.session, roles: [], ways: [[]] };
  const exists = start.found.principal !== undefined;
  // A role is used as it always was; one whose trust policy is another now must have somebody who can assume it.
  return { exists: exists && (!rewritten(principal) || hasCaller(one, principal)), self };
}

function isAbsent({ gap }: Found): boolean {
  return gap?.id.startsWith('principal:') === true && gap.state === 'unjudged';
}

function hasCaller({ side, world }: One, role: string): boolean {
  const names = side.graph.trusted(role);
  // Services are told by their host names; they assume whatever trusts them.
  if (names.some((name) => /^[\w.-]+\.amazonaws\.com/.test(name) || name === '*')) return true;
  return names.some((name) => {
    const account = /^\d{12}$/.test(name) ? name : undefined;
    const callers = account === undefined ? [name] : principalsOf(side.inventory.accounts.get(account));
    return callers.some((caller) =>
      side.reach(caller).sessions.some(({ roles, ways }) => roles.at(-1)?.arn === role && surest(ways, world.now) === 'sure'),
    );
  });
}

/** Everybody of the cluster's account, whom alone the EKS API lets near it. */
function ownersOf({ side, cluster }: One): readonly string[] {
  return principalsOf(side.inventory.accounts.get(cluster.account));
}

/** A way to be a node that was there and is not any more, or only perhaps. */
function isLostNode(both: readonly [One, One], principal: string): boolean {
  const [old, fresh] = sides((i) => nodeWays(both[i], principal));
  return old.some((way) => !implies(way, fresh));
}

function nodeWays({ side, cluster }: One, principal: string) {
  const start = startOf(side.inventory, principal);
  if ('code' in start) return [];
  const { gap } = start.found;
  // A role that its own account lacks has no nodes any more.
  if (gap?.id.startsWith('principal:')) return [];
  const authentication = authenticate(start.session, cluster);
  if (!authentication.ok) return [];
  return usersOf(cluster, authentication.identity).flatMap(({ mapping, ways }) =>
    mapping !== undefined && isNode(mapping.username ?? '', mapping.groups) ? ways : [],
  );
}
