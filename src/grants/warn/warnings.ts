import type { Inventory } from '../../inventory/index.ts';
import type { PlanNote } from '../types.ts';
import { chooseMechanism } from '../wish/mechanism.ts';
import { isExpired } from '../wish/resources.ts';
import type { GrantsFile } from '../wish/types.ts';
import { accessWarnings, policyWarnings } from './access.ts';
import { clusterWarnings } from './cluster.ts';
import { fileWarnings } from './file.ts';
import { iamWarnings } from './iam.ts';

/** Everything that is worth reading before a yes, each text once. */
export function warningsOf(file: GrantsFile, inventory: Inventory, now: number): readonly PlanNote[] {
  const all = file.grants.flatMap((wish): readonly PlanNote[] => {
    if (isExpired(wish, now)) return [];
    const clusters = wish.on.flatMap((on) => {
      const cluster = inventory.clusters.find(({ arn }) => arn === on.arn);
      const mechanism = chooseMechanism(wish, file.name, cluster, on.arn);
      const policy = 'policy' in mechanism ? mechanism.policy : undefined;
      return [
        ...accessWarnings(wish, on, cluster, policy),
        ...policyWarnings(wish, on, cluster, policy),
        ...clusterWarnings(wish, file.name, on, inventory),
      ];
    });
    return [...fileWarnings(wish), ...iamWarnings(wish, file.name, inventory), ...clusters];
  });
  return [...new Map(all.map((note) => [JSON.stringify(note), note])).values()];
}
