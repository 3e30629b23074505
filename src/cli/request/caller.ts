import type { Caller } from '../../access/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import { impersonatedUser } from '../../rules/rbac/index.ts';
import { usage } from '../exit.ts';

/**
 * Who asks: an ARN is an AWS caller, anything else a Kubernetes user with the groups that `kubectl --as` would give it
 * (`system:authenticated`, and a service account's own). Throws a CliError.
 */
export function readCaller(as: string, groups: readonly string[]): Caller {
  if (/^arn:/i.test(as)) {
    const identity = readIdentity(as);
    if ('error' in identity) throw usage(`--as ${as}: ${identity.error}`);
    if (groups.length > 0) {
      throw usage(
        '--as-group goes with a Kubernetes user, and --as names an AWS principal',
        "its groups come from the cluster's mapping",
      );
    }
    return { kind: 'aws', arn: as };
  }
  if (as === '') throw usage('--as is empty: an ARN or a Kubernetes user is expected');
  return { kind: 'kubernetes', user: as, groups: impersonatedUser({ user: as, groups }).groups };
}
