import { collected, type Gap } from '../../base/index.ts';
import { parseArn } from '../arn/index.ts';
import type { Caller } from './caller.ts';
import { sameText } from './fold.ts';
import type { AccessEntry } from './types.ts';

/** Whether an entry is bound to the caller's principal. */
export type EntryMatch =
  | { readonly state: 'yes' | 'no' }
  /** The entry names the caller's role or user, and is bound to another unique id. */
  | { readonly state: 'recreated'; readonly reason: string }
  | { readonly state: 'otherPath' }
  | { readonly state: 'maybe'; readonly gap: Gap };

/**
 * Compares an entry with a caller. EKS binds an entry to the unique id of the principal as it was when the entry was
 * made, under its ARN with path (EKS user guide creating-access-entries; facts §3.3): known ids decide, a principal younger
 * than its entry is another one, and otherwise the ARN decides, for which a role's path must be known where the entry has one.
 */
export function matchEntry(entry: AccessEntry, caller: Caller): EntryMatch {
  // Federated users cannot have an entry (facts §3.3), and a session's ARN is never one's principal.
  if (caller.kind === 'federated-user') return { state: 'no' };
  if (entry.gap !== undefined) return matchDoubtful(entry, entry.gap, caller);
  if (entry.boundUniqueId !== undefined && entry.boundUniqueId === caller.uniqueId) return { state: 'yes' };
  const byArn = matchArn(entry.principalArn, caller);
  if (byArn.state !== 'yes' && byArn.state !== 'maybe') return byArn;
  if (entry.boundUniqueId !== undefined) {
    if (caller.uniqueId === undefined) return { state: 'maybe', gap: principalGap(caller, 'the unique id of') };
    return { state: 'recreated', reason: `is bound to ${entry.boundUniqueId}, while the principal now has ${caller.uniqueId}` };
  }
  if (isLater(caller.createDate, entry.createdAt)) {
    const reason = `was made ${entry.createdAt}, before the principal that now has this ARN (${caller.createDate})`;
    return { state: 'recreated', reason };
  }
  return byArn;
}

/** Of an entry that may not stand, or not as it is written, neither the id nor the time proves anything. */
function matchDoubtful(entry: AccessEntry, gap: Gap, caller: Caller): EntryMatch {
  const bound = entry.boundUniqueId !== undefined && entry.boundUniqueId === caller.uniqueId;
  const byArn = matchArn(entry.principalArn, caller);
  return bound || byArn.state === 'yes' || byArn.state === 'maybe' ? { state: 'maybe', gap } : byArn;
}

function matchArn(principalArn: string, caller: Caller): Exclude<EntryMatch, { state: 'recreated' }> {
  const entry = parseArn(principalArn);
  if (entry === undefined || entry.service !== 'iam') return { state: 'no' };
  if (entry.partition !== caller.partition || entry.account !== caller.principalAccount) return { state: 'no' };
  if (caller.kind === 'root') {
    // Nobody says whether EKS takes a root ARN, so an entry that shows one proves nothing (facts §9.7).
    const gap = unjudged(`entry-root:${caller.canonical}`, `whether an access entry of ${principalArn} is taken by EKS`);
    return entry.resource === 'root' ? { state: 'maybe', gap } : { state: 'no' };
  }
  if (!entry.resource.startsWith(`${caller.kind}/`)) return { state: 'no' };
  const name = entry.resource.slice(entry.resource.lastIndexOf('/') + 1);
  if (!sameText(name, caller.name)) return { state: 'no' };
  const hasPath = entry.resource !== `${caller.kind}/${name}`;
  if (caller.principalArn === undefined && hasPath) return { state: 'maybe', gap: principalGap(caller, 'the path of') };
  const whole = caller.principalArn ?? caller.canonical;
  if (principalArn === whole) return { state: 'yes' };
  if (!sameText(principalArn, whole)) return { state: 'otherPath' };
  // Names are unique without regard to case in IAM; what EKS makes of another spelling is written nowhere.
  return { state: 'maybe', gap: unjudged(`entry-case:${principalArn}`, `whether EKS takes ${principalArn} for ${whole}`) };
}

function isLater(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && Date.parse(a) > Date.parse(b);
}

function principalGap(caller: Caller, what: string): Gap {
  const flag = caller.kind === 'user' ? 'user' : 'role';
  return {
    kind: 'gap',
    id: `iam-principal:${caller.canonical}`,
    state: 'notCollected',
    what: `${what} ${caller.canonical}`,
    side: caller.principalAccount,
    command: `aws iam get-${flag} --${flag}-name ${caller.name}`,
  };
}

/** A gap of the kind nobody can close with a command. */
export function unjudged(id: string, what: string): Gap {
  return { kind: 'gap', id, state: 'unjudged', what };
}

/** No policies come with a caller that no entry maps. */
export const NO_POLICIES = collected([]);
