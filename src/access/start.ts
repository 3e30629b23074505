import type { Inventory } from '../inventory/index.ts';
import { readIdentity } from '../rules/arn/index.ts';
import { type Session, startSession } from '../rules/sts/index.ts';
import { type Found, findPrincipal } from './principals.ts';
import type { Refusal } from './types.ts';

/** The caller as a walk starts with it. */
export interface Start {
  readonly session: Session;
  readonly found: Found;
}

/**
 * Reads the caller's ARN and finds it in the inventory. An ARN that names no caller, or one that cannot exist beside the
 * collected principal of its name, is refused with what is wrong.
 */
export function startOf(inventory: Inventory, arn: string): Start | Refusal {
  const identity = readIdentity(arn);
  if ('error' in identity) return refuse('bad-caller', `"${arn}" cannot be a caller: ${identity.error}`);
  const found = findPrincipal(inventory, identity);
  // An account is of one partition, and what a wrong one means at each hop says more.
  if (found.absent !== undefined && found.namesake?.startsWith(`arn:${identity.partition}:`))
    return refuse('bad-caller', found.absent);
  return { found, session: startSession(identity, found.record) };
}

/** Says that the question itself is wrong. */
export function refuse(code: Refusal['code'], message: string): Refusal {
  return { kind: 'refusal', code, message };
}
