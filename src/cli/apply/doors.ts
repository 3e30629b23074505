import type { Closed, Doors } from '../../edge/apply/index.ts';
import type { CollectedFile } from '../../edge/collect/index.ts';
import { type AccountSession, isCredentialsError, proxyFor } from '../../edge/credentials/index.ts';
import { readDescribedCluster } from '../../kubeconfig/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import type { Enter } from '../collect/live.ts';
import type { Io } from '../context.ts';

/** What DescribeCluster says of a cluster; undefined where it could not be described. */
export type Describe = (clusterArn: string, session: AccountSession) => Promise<unknown>;

/** The ways into accounts and clusters. */
export function doorsInto(describe: Describe, enter: Enter, io: Io): Doors {
  const session = async (account: string): Promise<AccountSession | Closed> => {
    const entered = await enter({ id: account });
    if ('session' in entered) return entered.session;
    return { closed: 'none' in entered ? entered.none : entered.failure.message };
  };
  return {
    aws: async ({ service, account, region }, again) => {
      const found = await session(account);
      if ('closed' in found) return found;
      if (again && !(await found.renew(found.credentials()))) return EXPIRED;
      const where = region === '' ? found.region : region;
      return { region: where, credentials: found.credentials(), ...found.reach(service, where) };
    },
    kubernetes: async (clusterArn, again) => {
      const { account = '', region = '' } = parseArn(clusterArn) ?? {};
      const found = await session(account);
      if ('closed' in found) return found;
      const cluster = await describe(clusterArn, found);
      const facts = cluster === undefined ? { error: 'the cluster could not be described' } : readDescribedCluster(cluster);
      if ('error' in facts) return { closed: facts.error };
      // A token of credentials that have expired is of no use; whether these have, nobody says.
      if (again) await found.renew(found.credentials());
      const proxyUrl = proxyFor(facts.server, io.env);
      try {
        const token = await found.token(facts.id, region);
        return {
          server: facts.server,
          token,
          ...(facts.ca === undefined ? {} : { ca: facts.ca }),
          ...(proxyUrl === undefined ? {} : { proxyUrl }),
        };
      } catch (error) {
        if (isCredentialsError(error)) return { closed: error.message };
        throw error;
      }
    },
  };
}

const EXPIRED: Closed = { closed: 'the credentials have expired: log in again, then run it again' };

/** Clusters as a reading described them. */
export function describedIn(files: readonly CollectedFile[]): Describe {
  return async (clusterArn) => {
    const { account = '', region = '', resource = '' } = parseArn(clusterArn) ?? {};
    const path = `accounts/${account}/eks/${region}/${resource.replace(/^cluster\//, '')}/cluster.json`;
    const text = files.find((file) => file.path === path)?.text;
    return text === undefined ? undefined : JSON.parse(text);
  };
}

/** Clusters as EKS describes them when they are asked for. */
export const describedLive: Describe = async (clusterArn, session) => {
  const { region = '', resource = '' } = parseArn(clusterArn) ?? {};
  const { describeCluster } = await import('../../edge/aws/index.ts');
  const access = { region, credentials: session.credentials(), ...session.reach('eks', region) };
  const answer = await describeCluster(resource.replace(/^cluster\//, ''), access);
  return 'failure' in answer ? undefined : { cluster: answer.cluster };
};
