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
    // STS API reference, AssumeRole: RoleSessionName.
    if (identity.session?.length === 1) throw usage(`--as ${as}: the name of a session has at least 2 characters`);
    if (groups.length > 0) {
      throw usage(
        '--as-group goes with a Kubernetes user, and --as names an AWS principal',
        "its groups come from the cluster's mapping",
      );
    }
    return { kind: 'aws', arn: as };
  }
  return { kind: 'kubernetes', user: as, groups: impersonatedUser({ user: as, groups }).groups };
}
