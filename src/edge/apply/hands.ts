import type { Resource } from '../../inventory/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import { type Admins, kept } from './admins.ts';
import { awsAuthHand, type ConfigMap } from './aws-auth-hand.ts';
import { type BackupPlaces, backUp } from './backup.ts';
import { entryHands } from './eks-hands.ts';
import type { Hand } from './hand.ts';
import { inlinePolicyHand, roleHand } from './iam-hands.ts';
import { rbacHand } from './rbac-hand.ts';

/** The hand for a resource: the same for all resources of its kind and place. */
export type Hands = (resource: Resource) => Hand<Resource>;

/** Makes the hands of one run. */
export function makeHands(admins: Admins, backups: BackupPlaces): Hands {
  const rowsOf = kept((clusterArn: string) => {
    const kube = admins.kube(clusterArn);
    const keep = async (before: ConfigMap | undefined): Promise<void> => {
      if (before !== undefined) await backUp({ what: 'aws-auth', clusterArn, object: plainConfigMap(before) }, kube, backups);
    };
    return awsAuthHand({ kube, backUp: keep });
  });
  const entriesOf = kept((clusterArn: string) =>
    entryHands(admins.eks(clusterArn), (shared) =>
      backUp({ what: 'access-entry', clusterArn, object: shared }, admins.kube(clusterArn), backups),
    ),
  );
  const iamOf = (arn: string) => {
    const { account = '', partition = '' } = parseArn(arn) ?? {};
    return admins.iam(account, partition);
  };
  return (resource) => {
    switch (resource.kind) {
      case 'role':
        return narrowed(roleHand(iamOf(resource.arn)));
      case 'inline-policy':
        return narrowed(inlinePolicyHand(iamOf(resource.principalArn)));
      case 'access-entry':
        return narrowed(entriesOf(resource.clusterArn).entry);
      case 'access-policy':
        return narrowed(entriesOf(resource.clusterArn).policy);
      case 'rbac-object':
        return narrowed(rbacHand(admins.kube(resource.clusterArn)));
      case 'aws-auth-row':
        return narrowed(rowsOf(resource.clusterArn));
    }
  };
}

/** What a ConfigMap says, without what the server keeps beside it. */
function plainConfigMap({ metadata, data = {} }: ConfigMap): object {
  const { name, labels, annotations } = metadata;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system', labels, annotations }, data };
}

/** A hand is only ever given what it read itself, or the resource that it was looked up by. */
function narrowed<R extends Resource>(hand: Hand<R>): Hand<Resource> {
  return {
    read: (resource) => hand.read(resource as R),
    put: (wanted, now) => hand.put(wanted as R, now as R | undefined),
    remove: (now) => hand.remove(now as R),
    ...(hand.remake === undefined ? {} : { remake: (wanted, now) => hand.remake?.(wanted as R, now as R) ?? Promise.resolve() }),
  };
}
