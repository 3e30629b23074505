import { readIdentity } from '../../rules/arn/index.ts';
import type { Lab } from './context.ts';
import { findPrincipal } from './eks/principal.ts';
import { accountScope, accountsIn } from './state/scope.ts';

/**
 * The ARN of a role that somebody names, so that a slip of the pen shows at once and not as a refusal of STS. A role of an
 * account that the lab does not play is taken as it is written.
 *
 * @param role `ACCOUNT/NAME` or an ARN
 */
export function roleNamed(lab: Lab, role: string): { readonly arn: string } | { readonly error: string } {
  const [, short = '', name = ''] = /^(\d{12})\/(?:role\/)?(?:.*\/)?([^/]+)$/.exec(role) ?? [];
  const identity = readIdentity(role);
  if (short === '' && ('error' in identity || identity.kind !== 'role'))
    return { error: `"${role}" is no ARN of a role and no ACCOUNT/NAME` };
  const account = 'error' in identity ? short : identity.account;
  const scope = accountScope(account);
  if (lab.store.get(scope, 'account', account) === undefined) {
    if (short === '') return { arn: role };
    return { error: `the lab has no account ${account}; it has ${accountsIn(lab.store.scopes()).join(', ')}` };
  }
  const found = short === '' ? findPrincipal(lab, role)?.arn : lab.store.get(scope, 'role', name.toLowerCase())?.Arn;
  if (found !== undefined) return { arn: found };
  const there = lab.store.list(scope, 'role').map(({ Arn }) => Arn.slice(Arn.indexOf(':role/') + 1));
  return { error: `account ${account} has no ${role}; it has ${there.slice(0, 20).join(', ') || 'no role'}` };
}
