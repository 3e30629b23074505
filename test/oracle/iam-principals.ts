import { type IamCase, many, type PrincipalElement } from './iam-case.ts';
import type { Choose } from './open-point.ts';
import { fits } from './wildcard.ts';

/** How an element names the caller (facts/iam.md §1.4); `everyone` only denies or allows like a direct naming. */
export type Naming = 'account' | 'role' | 'direct';

/** The caller as policies see it. */
export interface Caller {
  readonly kind: 'root' | 'user' | 'assumed-role' | 'federated-user' | 'service' | 'federated';
  readonly arn: string;
  readonly partition: string;
  readonly account: string;
  readonly roleArn: string | undefined;
  readonly uniqueId: string | undefined;
}

/** Reads `principal` and `principalFacts` of a case. A role whose path nobody stated is one without a path. */
export function callerOf(case_: IamCase): Caller {
  const arn = case_.principal;
  const fields = arn.split(':');
  const facts = case_.principalFacts ?? {};
  const common = { arn, partition: fields[1] ?? '', account: fields[4] ?? '', roleArn: undefined, uniqueId: facts.principalId };
  if (!arn.startsWith('arn:')) return { ...common, kind: 'service', partition: '', account: '' };
  const resource = fields.slice(5).join(':');
  if (resource === 'root') return { ...common, kind: 'root' };
  if (resource.startsWith('user/')) return { ...common, kind: 'user' };
  if (resource.startsWith('federated-user/')) return { ...common, kind: 'federated-user' };
  if (resource.startsWith('assumed-role/')) {
    const name = resource.split('/')[1] ?? '';
    const roleArn = facts.roleArn ?? `arn:${common.partition}:iam::${common.account}:role/${name}`;
    return { ...common, kind: 'assumed-role', roleArn };
  }
  return { ...common, kind: 'federated' };
}

/** Every way in which a Principal element names the caller. */
export function namings(
  element: PrincipalElement,
  caller: Caller,
  place: 'trust' | 'rcp' | 'resource',
  effect: 'Allow' | 'Deny',
  choose: Choose,
): ReadonlySet<Naming> {
  const found = new Set<Naming>();
  const anAwsIdentity = caller.kind !== 'service' && caller.kind !== 'federated';
  if (element === '*') {
    // A trust policy with the bare star is not accepted by IAM; whether it would count is not told.
    if (
      place === 'trust' ? choose('bare star in a trust policy') : place === 'rcp' || anAwsIdentity || choose('star and service')
    ) {
      found.add('direct');
    }
    return found;
  }
  for (const [kind, entries] of Object.entries(element)) {
    for (const entry of many(entries)) {
      if (kind === 'Service' && caller.kind === 'service' && entry === caller.arn) found.add('direct');
      if (kind === 'Federated' && caller.kind === 'federated' && entry === caller.arn) found.add('direct');
      if (kind !== 'AWS') continue;
      if (entry === '*' && (anAwsIdentity || choose('{"AWS":"*"} and a caller that is no AWS identity'))) found.add('direct');
      // IAM refuses to save a wildcard in a part of a principal: nothing is allowed by one, what a Deny would do nobody says.
      if (effect === 'Deny' && isWild(entry) && [caller.arn, caller.roleArn ?? ''].some((arn) => fits(arn, entry))) {
        if (choose(`wildcard principal ${entry}`)) found.add('direct');
      }
      if (!anAwsIdentity) continue;
      if (entry === caller.account || entry === `arn:${caller.partition}:iam::${caller.account}:root`) found.add('account');
      if (entry === caller.arn && caller.kind !== 'root') found.add('direct');
      if (entry === caller.roleArn) found.add('role');
      if (caller.uniqueId !== undefined && entry === caller.uniqueId)
        found.add(caller.kind === 'assumed-role' ? 'role' : 'direct');
    }
  }
  return found;
}

function isWild(entry: string): boolean {
  return entry !== '*' && /[*?]/.test(entry);
}

/**
 * Whether a Deny with NotPrincipal hits the caller (facts/iam.md §2.3): not when the caller is listed together with its role
 * and its account; always when nothing of it is listed, or when it has a boundary; in between AWS only warns.
 */
export function hitByNotPrincipal(element: PrincipalElement, caller: Caller, hasBoundary: boolean, choose: Choose): boolean {
  if (hasBoundary) return true;
  if (element === '*') return choose('NotPrincipal star');
  const listed = Object.values(element).flatMap((entries) => many(entries));
  // A wildcard in a principal: nobody says whom it exempts, in a part of it IAM refuses it on saving.
  if (listed.some((entry) => entry.includes('*')) && choose('NotPrincipal with a wildcard')) return false;
  const account = [caller.account, `arn:${caller.partition}:iam::${caller.account}:root`];
  const accountListed = listed.some((entry) => account.includes(entry));
  if (caller.kind === 'root') return !accountListed; // the account's ARN is the root user's own
  if (caller.kind === 'service' || caller.kind === 'federated')
    return listed.includes(caller.arn) ? choose('NotPrincipal and service') : true;
  if (caller.kind === 'assumed-role') {
    const role = caller.roleArn !== undefined && listed.includes(caller.roleArn);
    const session = listed.includes(caller.arn);
    if (role && session && accountListed) return false;
    return role || session || listedById(listed, caller) ? choose('NotPrincipal lists a part of the caller') : true;
  }
  if (listed.includes(caller.arn) && accountListed) return false;
  return listed.includes(caller.arn) || listedById(listed, caller) ? choose('NotPrincipal lists a part of the caller') : true;
}

function listedById(listed: readonly string[], caller: Caller): boolean {
  return caller.uniqueId !== undefined && listed.includes(caller.uniqueId);
}
