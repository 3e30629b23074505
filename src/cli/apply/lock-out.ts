import { didYouMean } from '../../base/index.ts';
import type { GrantsFile, Plan } from '../../grants/index.ts';
import { usage } from '../exit.ts';

/**
 * The ARNs of the clusters for which a lock-out was accepted; each is named by its ARN or its name in the file, exactly. Throws a
 * CliError (exit 2) for anything else.
 */
export function acceptedLockOuts({ clusters }: GrantsFile, named: readonly string[] = []): ReadonlySet<string> {
  return new Set(
    named.map((name) => {
      const found = clusters.find(({ alias, arn }) => alias === name || arn === name);
      if (found !== undefined) return found.arn;
      const known = clusters.map(({ alias }) => alias);
      throw usage(`--accept-lock-out ${name}: the file has no cluster of that name or ARN`, ...didYouMean(name, known));
    }),
  );
}

/** What can be done about a plan that locks somebody out. */
export function lockOutHints({ lockOuts, steps }: Plan, { clusters }: GrantsFile): readonly string[] {
  const arns = [...new Set(lockOuts.map(({ clusterArn }) => clusterArn))];
  if (arns.length === 0) return [];
  const names = arns.map((arn) => clusters.find((cluster) => cluster.arn === arn)?.alias ?? arn);
  const isElsewhere = steps.some(
    ({ state, resource }) => state === 'to-do' && 'clusterArn' in resource && !arns.includes(resource.clusterArn),
  );
  return [
    'give somebody else access first, of whom it is known for certain: a grant of cluster-admin, or on a cluster in mode CONFIG_MAP the mode API_AND_CONFIG_MAP and an access entry',
    `or run it all the same: apply and revoke take ${names.map((name) => `--accept-lock-out ${name}`).join(' ')}`,
    ...(isElsewhere ? ['what is to do on other clusters waits for it, too: a grants file of their own does not'] : []),
  ];
}
