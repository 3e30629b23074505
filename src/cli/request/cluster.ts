import { didYouMean } from '../../base/index.ts';
import type { Cluster } from '../../inventory/index.ts';
import { usage } from '../exit.ts';

/**
 * The one cluster that `--cluster` names: NAME, ACCOUNT/REGION/NAME or ARN. Throws a CliError that lists the matches
 * when there are several, and near names when there are none.
 */
export function chooseCluster(clusters: readonly Cluster[], text: string | undefined, inventory: string): Cluster {
  if (clusters.length === 0) {
    throw usage(`${inventory} holds no cluster`, 'docs/inventory.md has the commands that make one');
  }
  if (text === undefined) {
    const [only, ...others] = clusters;
    if (only !== undefined && others.length === 0) return only;
    throw usage('--cluster is needed: the inventory holds several', ...listed(clusters));
  }
  const matches = clusters.filter((cluster) => names(cluster).includes(text));
  const [match, ...others] = matches;
  if (match === undefined) {
    const known = clusters.flatMap((cluster) =>
      text.includes('/') || text.startsWith('arn:') ? names(cluster) : [cluster.name],
    );
    const near = didYouMean(text, known);
    throw usage(`no cluster ${text} in ${inventory}`, ...(near.length > 0 ? near : listed(clusters)));
  }
  if (others.length > 0) throw usage(`--cluster ${text} could be any of ${matches.length}; say which`, ...listed(matches));
  return match;
}

/** Every way to name a cluster. */
function names(cluster: Cluster): readonly string[] {
  return [cluster.name, `${cluster.account}/${cluster.region}/${cluster.name}`, cluster.arn];
}

const MOST_LISTED = 12;

function listed(clusters: readonly Cluster[]): string[] {
  const lines = clusters.slice(0, MOST_LISTED).map((cluster) => `--cluster ${cluster.account}/${cluster.region}/${cluster.name}`);
  return clusters.length > MOST_LISTED ? [...lines, `and ${clusters.length - MOST_LISTED} more`] : lines;
}
