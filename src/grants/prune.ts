import { type Inventory, resourceId } from '../inventory/index.ts';
import { OUTLIVED } from './end-sessions.ts';
import { chained } from './order.ts';
import { accountsOf, type Owned, ownedBy } from './owned.ts';
import { isSessionsPolicy } from './sessions.ts';
import { deleteStep, type StepOptions } from './steps.ts';
import type { PlanNote, Step } from './types.ts';
import type { GrantsFile } from './wish/types.ts';

/**
 * What the file made and no longer wishes for, as steps that take it away, and what it may not leave yet.
 *
 * @param wished ids of what stays
 */
export function pruneSteps(
  file: GrantsFile,
  wished: ReadonlySet<string>,
  inventory: Inventory,
  options: StepOptions & { readonly why: (grant: string) => string },
): { readonly steps: readonly Step[]; readonly refusals: readonly PlanNote[] } {
  const accounts = accountsOf(file, inventory);
  const owned = ownedBy(file.name, inventory, accounts).filter(({ resource }) => !wished.has(resourceId(resource)));
  const stays = ({ resource }: Owned): boolean => isSessionsPolicy(resource) && wished.has(`role ${resource.principalArn}`);
  const why = (each: Owned): string => (stays(each) ? OUTLIVED : options.why(each.grant));
  const steps = owned.map((each) => deleteStep(each, [why(each)], options));
  const clusters = new Set(file.clusters.map(({ arn }) => arn));
  const left = new Set(
    owned.flatMap(({ resource }) =>
      'clusterArn' in resource && !clusters.has(resource.clusterArn) ? [resource.clusterArn] : [],
    ),
  );
  const refusals = [...left].map((arn) => ({
    code: 'left-too-early',
    text: `${arn} has things of ${file.name} and is not in the file any more: put it back until its grants are gone`,
  }));
  return { steps: chained(steps), refusals };
}
