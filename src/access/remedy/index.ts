import { applyChange, type Edit, type Inventory } from '../../inventory/index.ts';
import { settle } from '../answer.ts';
import { withSessionNeeds } from '../session-needs.ts';
import { startOf } from '../start.ts';
import type { Query, Remedy, RemedyStep } from '../types.ts';
import { type JudgedPath, walk } from '../walk.ts';
import { type World, worldOf } from '../world.ts';
import { describeChange } from './commands.ts';
import { gainsOf } from './gains.ts';
import { grantFragment } from './grant.ts';
import { proposeFor } from './propose.ts';

/** A chain of repairs longer than this is no remedy but a project. */
const MOST_STEPS = 8;

/**
 * Finds the smallest change that turns the refusal of a path into an allow, and proves it by walking the changed
 * inventory again. Where a hop can only be opened by its owner (an explicit deny, an SCP, a boundary), the step says
 * so and the remedy is not proven.
 */
export function findRemedy(inventory: Inventory, query: Query, path: JudgedPath): Remedy | undefined {
  const changes: Edit[] = [];
  const steps: RemedyStep[] = [];
  let world = worldOf(inventory, query);
  let walked = path;
  for (let turn = 0; turn < MOST_STEPS; turn++) {
    const proposal = proposeFor(world, query, walked);
    if (proposal === undefined) return unproven(steps);
    if (proposal.kind === 'hand-over') return unproven([...steps, proposal.step]);
    for (const change of proposal.changes) {
      steps.push(describeChange(change, query.cluster));
      changes.push(change);
    }
    const changed = changes.reduce(applyChange, inventory);
    world = { ...world, inventory: changed };
    const again = walkAgain(world, query, path);
    if (again === undefined) return unproven(steps);
    const settled = settle(again.ways, query.now);
    if (settled.decision !== 'deny') {
      const { principal } = again.path.session;
      return {
        steps,
        proven: settled.decision === 'allow',
        after: settled.decision === 'unknown' ? 'unknown' : settled.firm ? 'allow' : 'conditional',
        conditions: settled.conditions,
        grant: grantFragment(query, path),
        gains: gainsOf(world.inventory, query, changes, principal.roleArn ?? principal.arn),
      };
    }
    if (again.path.steps.length <= walked.steps.length && sameEnd(again.path, walked)) return unproven(steps);
    walked = again.path;
  }
  return unproven(steps);
}

function unproven(steps: readonly RemedyStep[]): Remedy | undefined {
  return steps.length === 0 ? undefined : { steps, proven: false, after: 'unknown', conditions: [], gains: [] };
}

/** The same roles, in the changed inventory. */
function walkAgain(world: World, query: Query, path: JudgedPath) {
  if (query.caller.kind !== 'aws') return undefined;
  const start = startOf(world.inventory, query.caller.arn);
  if ('code' in start) return undefined;
  const cluster = world.inventory.clusters.find(({ arn }) => arn === query.cluster.arn) ?? query.cluster;
  const again = walk(world, start, path.roles, cluster, query.request);
  return { path: again, ways: withSessionNeeds(world, again, start.found, query.now) };
}

/** A change that moved nothing will not move anything the second time. */
function sameEnd(a: JudgedPath, b: JudgedPath): boolean {
  const reasons = (path: JudgedPath): string => {
    const last = path.steps.at(-1);
    if (last?.kind === 'assume') return last.decisions.map(({ decision }) => `${decision.layer} ${decision.reason()}`).join();
    return last?.kind === 'map' ? last.mapping.reason : (last?.kind ?? '');
  };
  return reasons(a) === reasons(b);
}

export { restate } from './restate.ts';
