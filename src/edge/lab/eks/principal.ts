import { readIdentity } from '../../../rules/arn/index.ts';
import type { Lab } from '../context.ts';
import { accountScope } from '../state/scope.ts';

/** A principal that is there, with its unique id. */
export interface FoundPrincipal {
  readonly arn: string;
  readonly uniqueId: string;
}

/** Finds a user or role of any account of the lab by its exact ARN. */
export function findPrincipal(lab: Lab, arn: string): FoundPrincipal | undefined {
  const identity = readIdentity(arn);
  if ('error' in identity) return undefined;
  const scope = accountScope(identity.account);
  const name = identity.name.toLowerCase();
  if (identity.kind === 'role') {
    const role = lab.store.get(scope, 'role', name);
    return role?.Arn === arn ? { arn, uniqueId: role.RoleId } : undefined;
  }
  const user = identity.kind === 'user' ? lab.store.get(scope, 'user', name) : undefined;
  return user?.Arn === arn ? { arn, uniqueId: user.UserId } : undefined;
}
