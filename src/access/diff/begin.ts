import type { Gap } from '../../base/index.ts';
import { type Identity, parseArn } from '../../rules/arn/index.ts';
import { startSession } from '../../rules/sts/index.ts';
import { accountGap } from '../principals.ts';
import { type Start, startOf } from '../start.ts';
import { gapOf, type TrustGraph } from '../trust-graph.ts';
import type { World } from '../world.ts';

/** Stands for anybody at all: what a trust policy with `"AWS": "*"` names. */
export const ANYBODY = '*';

/** The account of anybody; no policy names it. */
const NOBODYS = '000000000000';

/** What is taken for granted of a caller who is not known goes for the first hop alone. */
export interface Begun {
  readonly first: World;
  readonly later: World;
  readonly start: Start;
}

/** Where a principal's chains begin; undefined where there is nobody. */
export function begin(base: World, graph: TrustGraph, principal: string): Begun | undefined {
  if (principal === ANYBODY) {
    const partition = base.inventory.clusters[0]?.partition ?? '';
    // Whoever it is sees to it that the own account allows.
    const world: World = { ...base, whoever: 'anybody', assume: [...base.assume, 'caller-allowed', 'no-scp'] };
    return { first: world, later: base, start: whoever(partition, NOBODYS, accountGap(NOBODYS)) };
  }
  const arn = parseArn(principal);
  if (arn?.resource === 'root' && arn.service === 'iam') {
    const gap = gapOf(graph, base.inventory, arn.account);
    if (gap !== undefined)
      return { first: { ...base, whoever: 'of-account' }, later: base, start: whoever(arn.partition, arn.account, gap) };
  }
  const start = startOf(base.inventory, principal);
  return 'code' in start ? undefined : { first: base, later: base, start };
}

/** A principal of whom only the account is known. Long-term keys and sessions alike: what tells them apart is left open. */
function whoever(partition: string, account: string, gap: Gap): Start {
  const arn = `arn:${partition}:iam::${account}:user/*`;
  const identity: Identity = { kind: 'user', arn, partition, account, path: '/', name: '*' };
  const found = { identity, record: undefined, principal: undefined, gap };
  return { found, session: startSession(identity) };
}

/** The same, for a session that carries tags over its role's own. */
export function openly(begun: Begun): Begun {
  const open = { openTags: true };
  return { ...begun, first: { ...begun.first, ...open }, later: { ...begun.later, ...open } };
}
