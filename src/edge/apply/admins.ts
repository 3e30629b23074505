import { parseArn } from '../../rules/arn/index.ts';
import { type EksAdmin, eksAdmin, eksClient, type IamAdmin, iamAdmin, iamClient } from '../aws/index.ts';
import { type KubeSend, kubeSender } from '../kube/index.ts';
import { openLine } from './line.ts';
import type { Clock, Doors, Wire } from './types.ts';

/** The APIs of every account and cluster; a line to one is opened when it is first asked. */
export interface Admins {
  readonly iam: (account: string, partition: string) => IamAdmin;
  readonly eks: (clusterArn: string) => EksAdmin;
  readonly kube: (clusterArn: string) => KubeSend;
}

/** What the lines are made of. */
export interface AdminsParts {
  readonly doors: Doors;
  readonly clock: Clock;
  readonly wire: Wire;
  readonly onWait: (what: string, milliseconds: number) => void;
  /** Region in which IAM of a partition is asked: any of the partition will do, and the plan's clusters name one. */
  readonly regionOf: (partition: string) => string | undefined;
  /** What speaks to an API; tests give their own. */
  readonly clients?: Clients;
}

/** Makes what speaks to an API with the credentials of an access. */
export interface Clients {
  readonly iam: typeof iamClient;
  readonly eks: typeof eksClient;
  readonly kube: typeof kubeSender;
}

const REAL: Clients = { iam: iamClient, eks: eksClient, kube: kubeSender };

/** Opens the lines of one run. */
export function openAdmins({ doors, regionOf, clients = REAL, ...shared }: AdminsParts): Admins {
  const eksLine = kept((account: string, region: string) => {
    const connect = async (again: boolean) => {
      const access = await doors.aws({ service: 'eks', account, region }, again);
      return 'closed' in access ? access : clients.eks(access);
    };
    return openLine({ ...shared, service: 'eks', at: `${account}/${region}`, connect });
  });
  return {
    iam: kept((account: string, partition: string) => {
      const region = regionOf(partition) ?? '';
      const connect = async (again: boolean) => {
        const access = await doors.aws({ service: 'iam', account, region }, again);
        return 'closed' in access ? access : clients.iam(access);
      };
      return iamAdmin(openLine({ ...shared, service: 'iam', at: account, connect }));
    }),
    eks: kept((clusterArn: string) => {
      const { account = '', region = '' } = parseArn(clusterArn) ?? {};
      return eksAdmin(clusterArn.slice(clusterArn.lastIndexOf('/') + 1), eksLine(account, region));
    }),
    kube: kept((clusterArn: string) => {
      const connect = async (again: boolean) => {
        const access = await doors.kubernetes(clusterArn, again);
        return 'closed' in access ? access : clients.kube(access);
      };
      const ask = openLine({ ...shared, service: 'kubernetes', at: clusterArn, connect });
      return (request) => ask(`${request.method} ${request.path}`, (send) => send(request));
    }),
  };
}

/** The same answer for the same words. */
export function kept<A extends readonly string[], T>(make: (...words: A) => T): (...words: A) => T {
  const all = new Map<string, T>();
  return (...words) => {
    const key = words.join('\n');
    const found = all.get(key);
    if (found !== undefined) return found;
    const made = make(...words);
    all.set(key, made);
    return made;
  };
}
