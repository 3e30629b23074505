import { type Gap, TRUE } from '../../base/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import { assumedSession, type Session } from '../../rules/sts/index.ts';
import { findPrincipal } from '../principals.ts';
import type { State } from '../search.ts';
import { sessionKey } from '../seen.ts';
import type { World } from '../world.ts';
import { ownerOf } from './follow.ts';
import type { Onward } from './onward.ts';

/**
 * A session that somebody may come to. Chains differ in the conditions that they collect on the way; what may follow a session
 * does not, so each is gone on from once, however many chains lead to it, and when it is first asked.
 */
export interface Node {
  /** The ARN of the role or user. */
  readonly arn: string;
  readonly account: string;
  /** The sessions that may be made by this one, whatever the steps ask for. */
  readonly next: () => readonly Node[];
  /** Accounts that nobody collected and that it may be let into. */
  readonly elsewhere: () => readonly Gap[];
}

/** Finds the nodes of one side. */
export interface Nodes {
  /** The node that a search starts with, under what is taken for granted of its caller. */
  readonly startingWith: (world: World, start: Pick<State, 'session' | 'found'>) => Node;
  /** The node of a session that was come to. */
  readonly of: (session: Session) => Node;
}

/** @param later the world of every hop but the first */
export function makeNodes(later: World, onward: (world: World, state: State) => Onward): Nodes {
  const known = new Map<string, Node>();
  const make = (world: World, state: State): Node => {
    let went: Onward | undefined;
    let next: readonly Node[] | undefined;
    const go = (): Onward => {
      went ??= goOn(world, state, onward);
      return went;
    };
    return {
      arn: ownerOf(state.session),
      account: state.session.principal.account,
      elsewhere: () => go().elsewhere,
      next: () => {
        next ??= go().roles.map((role) => {
          const { identity, record } = findPrincipal(later.inventory, role);
          return of(assumedSession(identity, record, state.session, { tags: {}, transitiveTagKeys: [] }));
        });
        return next;
      },
    };
  };
  const of = (session: Session): Node => {
    const key = sessionKey(session);
    let node = known.get(key);
    if (node === undefined) {
      node = make(later, stateOf(later, session));
      known.set(key, node);
    }
    return node;
  };
  return { startingWith: (world, start) => make(world, { ...start, roles: [], steps: [], ways: TRUE }), of };
}

/** The state of a search that came to a session of a role. */
function stateOf({ inventory }: World, session: Session): State {
  const role = readIdentity(ownerOf(session));
  if ('error' in role) throw new Error(role.error);
  return { session, found: findPrincipal(inventory, role), roles: [role], steps: [], ways: TRUE };
}

/** Where a session may go on to, and where another of its role could, which carries other tags. */
function goOn(world: World, state: State, onward: (world: World, state: State) => Onward): Onward {
  const noticed = { ownTags: false };
  const plain = onward({ ...world, noticed }, state);
  if (!noticed.ownTags) return plain;
  const { roles, elsewhere } = onward({ ...world, openTags: true }, state);
  return { roles: [...new Set([...plain.roles, ...roles])], elsewhere: [...plain.elsewhere, ...elsewhere] };
}

/** The nodes that can be come to from some nodes, those themselves included. */
export function leadingOnFrom(nodes: Iterable<Node>, within: (arn: string) => boolean = () => true): ReadonlySet<Node> {
  const ahead = new Set(nodes);
  for (const node of ahead) for (const on of node.next()) if (within(on.arn)) ahead.add(on);
  return ahead;
}

/** The nodes among some from which one of a kind can be come to, those themselves included. */
export function leadingToAny(nodes: ReadonlySet<Node>, isGoal: (node: Node) => boolean): ReadonlySet<Node> {
  const before = new Map<Node, Node[]>();
  for (const node of nodes) {
    for (const on of node.next()) {
      const list = before.get(on);
      if (list === undefined) before.set(on, [node]);
      else list.push(node);
    }
  }
  const leading = new Set([...nodes].filter(isGoal));
  for (const node of leading) for (const other of before.get(node) ?? []) leading.add(other);
  return leading;
}
