import type { Caller } from '../../access/index.ts';
import type { Cluster, Inventory } from '../../inventory/index.ts';
import { type Identity, readIdentity } from '../../rules/arn/index.ts';
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

/** A caller as the inventory knows it, with remarks on how it was understood. */
export interface UnderstoodCaller {
  readonly caller: Caller;
  readonly remarks: readonly string[];
}

/**
 * Finds whom the caller means where what was typed is not quite it: the ARN of a role or user without its path or in other
 * letters is the one of that name (names are unique in an account whatever their path and letters, facts/iam.md §1.2), and a
 * Kubernetes user may have been meant as a role.
 */
export function understandCaller(caller: Caller, inventory: Inventory, cluster: Cluster): UnderstoodCaller {
  if (caller.kind === 'kubernetes') return { caller, remarks: userRemarks(caller.user, inventory, cluster) };
  const identity = readIdentity(caller.arn);
  if ('error' in identity || (identity.kind !== 'role' && identity.kind !== 'user')) return { caller, remarks: [] };
  const known = principalOf(inventory, identity.account, identity.kind, identity.name);
  if (known === undefined || known === caller.arn || !isShort(identity, known)) return { caller, remarks: [] };
  const remark = `account ${identity.account} has no ${caller.arn}; this asks about its ${known}`;
  return { caller: { ...caller, arn: known }, remarks: [remark] };
}

/** Whether an ARN lacks no more of the known one than its path, or is written in other letters; another path is another principal. */
function isShort({ arn, path }: Identity, known: string): boolean {
  return (
    stripPath(arn).toLowerCase() === stripPath(known).toLowerCase() && (path === '/' || arn.toLowerCase() === known.toLowerCase())
  );
}

/** The ARN without its path, of users as well. */
function stripPath(arn: string): string {
  return arn.replace(/:(role|user)\/.*\//, ':$1/');
}

function principalOf(inventory: Inventory, account: string, kind: 'role' | 'user', name: string): string | undefined {
  const iam = inventory.accounts.get(account)?.iam();
  if (iam?.state !== 'collected') return undefined;
  return (kind === 'role' ? iam.value.role(name) : iam.value.user(name))?.arn;
}

/** Somebody who types the bare name of a role gets an answer about a user that nobody is. */
function userRemarks(user: string, inventory: Inventory, cluster: Cluster): readonly string[] {
  if (/^A[RI][OD]A[A-Z0-9]{12,}(:|$)/.test(user)) {
    return [`"${user}" is asked about as a Kubernetes user; for an IAM principal say its ARN, not its unique id`];
  }
  const [, account = cluster.account, kind, name = ''] =
    /^(?:(\d{12})[/:])?(?:(role|user)\/(?:.*\/)?)?([\w+=,.@-]+)$/.exec(user) ?? [];
  const kinds: readonly ('role' | 'user')[] = kind === 'role' || kind === 'user' ? [kind] : ['role', 'user'];
  return kinds.flatMap((each) => {
    const arn = name === '' ? undefined : principalOf(inventory, account, each, name);
    return arn === undefined ? [] : [`"${user}" is asked about as a Kubernetes user; for the IAM ${each} say --as ${arn}`];
  });
}

/** Says which files, not read yet, could tell who is behind the caller: the people of an SSO role, the pods of a role. */
export function unreadRemarks(caller: Caller, inventory: Inventory): readonly string[] {
  const identity = caller.kind === 'aws' ? readIdentity(caller.arn) : undefined;
  if (identity === undefined || 'error' in identity || inventory.unread.length === 0) return [];
  if (identity.kind !== 'role' && identity.kind !== 'assumed-role') return [];
  const iam = inventory.accounts.get(identity.account)?.iam();
  const trust = iam?.state === 'collected' ? iam.value.role(identity.name)?.trust.document : undefined;
  const isPods = JSON.stringify(trust ?? null).includes('"pods.eks.amazonaws.com"');
  return inventory.unread.flatMap((path) => {
    if (/\/identity-center(\.|\/)/.test(path)) {
      return identity.name.startsWith('AWSReservedSSO_')
        ? [`${path} is not read yet: who may become ${identity.name} is not known`]
        : [];
    }
    const own = isPods && path.startsWith(`accounts/${identity.account}/`);
    return own ? [`${path} is not read yet: which pods become ${identity.name}, and with which session tags, is not known`] : [];
  });
}
