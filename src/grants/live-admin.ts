import { parseArn, stripPath } from '../rules/arn/index.ts';
import { changesOf } from './changes.ts';
import type { Step } from './types.ts';

/** What a cluster itself answered whoever is about to run a plan: that they may do everything there, now. */
export interface LiveAdmin {
  readonly clusterArn: string;
  /** As STS says it: `arn:…:sts::A:assumed-role/NAME/SESSION`, or a user's ARN. */
  readonly caller: string;
  /** Whether the cluster says that they are in system:masters, so that no binding matters. */
  readonly isMaster: boolean;
}

/**
 * Whether steps surely leave an administrator's access as it is: none of them touches their own principal, whatever it does to it,
 * and unless they are in system:masters, none changes a binding or role of the cluster that stands already.
 *
 * @param steps those that the run itself would do
 */
export function keepsAdmin({ clusterArn, caller, isMaster }: LiveAdmin, steps: readonly Step[]): boolean {
  const own = bareOf(caller);
  const isOwn = (arn: string): boolean => bareOf(arn) === own;
  return changesOf(steps).every(({ kind, resource }) => {
    switch (resource.kind) {
      case 'role':
      case 'aws-auth-row':
        return !isOwn(resource.arn);
      case 'inline-policy':
      case 'access-entry':
      case 'access-policy':
        return !isOwn(resource.principalArn);
      case 'rbac-object':
        return isMaster || resource.clusterArn !== clusterArn || (kind === 'put' && isNew(resource, steps));
      default:
        return false;
    }
  });
}

function isNew(resource: Step['resource'], steps: readonly Step[]): boolean {
  return steps.some((step) => step.resource === resource && step.verb === 'create');
}

/** One text for a role and its sessions, without paths and letter case: as clusters compare (facts/eks.md §2.3). */
function bareOf(arn: string): string {
  const [head = '', name = ''] = (parseArn(arn)?.resource ?? '').split('/');
  if (head !== 'assumed-role') return stripPath(arn).toLowerCase();
  return arn
    .replace(/:sts:/, ':iam:')
    .replace(/:assumed-role\/.*$/, `:role/${name}`)
    .toLowerCase();
}
