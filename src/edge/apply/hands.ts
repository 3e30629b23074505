import type { Resource } from '../../inventory/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import { eksAdmin, eksClient, type IamAdmin, iamAdmin, iamClient } from '../aws/index.ts';
import { type KubeSend, kubeSender } from '../kube/index.ts';
import { awsAuthHand, type ConfigMap } from './aws-auth-hand.ts';
import { type BackupPlaces, backUp } from './backup.ts';
import { entryHands } from './eks-hands.ts';
import type { Hand } from './hand.ts';
import { inlinePolicyHand, roleHand } from './iam-hands.ts';
import { openLine } from './line.ts';
import { rbacHand } from './rbac-hand.ts';
import type { Clock, Doors, Wire } from './types.ts';

/** What all hands share. */
export interface HandsParts {
  readonly doors: Doors;
  readonly clock: Clock;
  readonly wire: Wire;
  readonly onWait: (what: string, milliseconds: number) => void;
  /** Region in which IAM of a partition is asked: any of the partition will do, and the plan's clusters name one. */
  readonly regionOf: (partition: string) => string | undefined;
  readonly backups: BackupPlaces;
}

/** The hand for a resource, as that of all resources of its kind and place; lines to AWS and clusters are opened when needed. */
export type Hands = (resource: Resource) => Hand<Resource>;

/** Makes the hands of one run. */
export function makeHands({ doors, clock, wire, onWait, regionOf, backups }: HandsParts): Hands {
  const shared = { clock, wire, onWait };
  const iamOf = kept((account: string, partition: string): IamAdmin => {
    const region = regionOf(partition) ?? '';
    const connect = async (again: boolean) => {
      const access = await doors.aws({ service: 'iam', account, region }, again);
      return 'closed' in access ? access : iamClient(access);
    };
    return iamAdmin(openLine({ ...shared, service: 'iam', at: account, connect }));
  });
  const eksLine = kept((account: string, region: string) => {
    const connect = async (again: boolean) => {
      const access = await doors.aws({ service: 'eks', account, region }, again);
      return 'closed' in access ? access : eksClient(access);
    };
    return openLine({ ...shared, service: 'eks', at: account, connect });
  });
  const kubeOf = kept((clusterArn: string): KubeSend => {
    const connect = async (again: boolean) => {
      const access = await doors.kubernetes(clusterArn, again);
      return 'closed' in access ? access : kubeSender(access);
    };
    const ask = openLine({ ...shared, service: 'kubernetes', at: clusterArn, connect });
    return (request) => ask(`${request.method} ${request.path}`, (send) => send(request));
  });
  const rowsOf = kept((clusterArn: string) => {
    const kube = kubeOf(clusterArn);
    const keep = async (before: ConfigMap | undefined): Promise<void> => {
      if (before !== undefined) await backUp({ what: 'aws-auth', clusterArn, object: plainConfigMap(before) }, kube, backups);
    };
    return awsAuthHand({ kube, backUp: keep });
  });
  const entriesOf = kept((clusterArn: string) => {
    const { account = '', region = '' } = parseArn(clusterArn) ?? {};
    return entryHands(eksAdmin(clusterName(clusterArn), eksLine(account, region)), (shared) =>
      backUp({ what: 'access-entry', clusterArn, object: shared }, kubeOf(clusterArn), backups),
    );
  });
  return (resource) => {
    const arn = parseArn(placeOf(resource));
    const { account = '', partition = '' } = arn ?? {};
    switch (resource.kind) {
      case 'role':
        return narrowed(roleHand(iamOf(account, partition)));
      case 'inline-policy':
        return narrowed(inlinePolicyHand(iamOf(account, partition)));
      case 'access-entry':
        return narrowed(entriesOf(resource.clusterArn).entry);
      case 'access-policy':
        return narrowed(entriesOf(resource.clusterArn).policy);
      case 'rbac-object':
        return narrowed(rbacHand(kubeOf(resource.clusterArn)));
      case 'aws-auth-row':
        return narrowed(rowsOf(resource.clusterArn));
    }
  };
}

function placeOf(resource: Resource): string {
  if (resource.kind === 'role') return resource.arn;
  return resource.kind === 'inline-policy' ? resource.principalArn : resource.clusterArn;
}

/** What a ConfigMap says, without what the server keeps beside it. */
function plainConfigMap({ metadata, data = {} }: ConfigMap): unknown {
  const { name, labels, annotations } = metadata;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system', labels, annotations }, data };
}

function clusterName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** A hand is only ever given what it read itself, or the resource that it was looked up by. */
function narrowed<R extends Resource>(hand: Hand<R>): Hand<Resource> {
  return {
    read: (resource) => hand.read(resource as R),
    put: (wanted, now) => hand.put(wanted as R, now as R | undefined),
    remove: (now) => hand.remove(now as R),
  };
}

/** The same answer for the same words. */
function kept<A extends readonly string[], T>(make: (...words: A) => T): (...words: A) => T {
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
