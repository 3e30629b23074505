import { randomBytes } from 'node:crypto';
import type { Lab } from './context.ts';
import { iamTime } from './iam/make.ts';
import type { KeyDoc } from './state/documents.ts';
import { cannotJudge } from './state/gaps.ts';
import { knowsList, listGap } from './state/known.ts';
import { accountScope, accountsIn, LAB } from './state/scope.ts';
import { randomId } from './sts/tokens.ts';

/** Credentials for a shell. */
export interface ShellCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Whose they are. */
  readonly arn: string;
}

/** A new long-term key of a user. */
export function newKey(lab: Lab, account: string, UserName: string): KeyDoc {
  return {
    account,
    AccessKeyId: randomId('AKIA', 16),
    SecretAccessKey: randomBytes(30).toString('base64'),
    UserName,
    Status: 'Active',
    CreateDate: iamTime(lab.now()),
  };
}

/**
 * Credentials of anybody in the lab: a key of a user, which is made when it has none, or a session of a role, of twelve
 * hours, as if some service had given it out. This is the lab's own way in; AWS has none like it.
 *
 * @param as `ACCOUNT/NAME` or an ARN, also of one session of a role; `ACCOUNT/root` is the root user
 */
export function credentialsOf(lab: Lab, as: string): ShellCredentials | { readonly error: string } {
  const arn = /^arn:[^:]+:iam::(\d{12}):(?:(user|role)\/(?:.*\/)?([^/]+)|(root))$/.exec(as);
  const assumed = /^arn:[^:]+:sts::(\d{12}):assumed-(role)\/([^/]+)\/(?<session>[\w+=,.@-]{2,64})$/.exec(as);
  const short = /^(\d{12})\/(?:(user|role)\/)?(?:.*\/)?([^/]+)$/.exec(as);
  const [, account = '', kind, named] = arn ?? assumed ?? short ?? [];
  const root = arn?.[4];
  const name = named ?? root;
  if (name === undefined) return { error: `"${as}" is no ACCOUNT/NAME and no ARN of a user or role` };
  const scope = accountScope(account);
  const place = lab.store.get(scope, 'account', account);
  if (place === undefined) {
    const all = accountsIn(lab.store.scopes());
    const shown = `${all.slice(0, 20).join(', ')}${all.length > 20 ? ` and ${all.length - 20} more` : ''}`;
    return { error: `the lab has no account ${account}; it has ${shown}` };
  }
  const user = kind === 'role' || root !== undefined ? undefined : lab.store.get(scope, 'user', name.toLowerCase());
  const role = kind === 'user' || root !== undefined ? undefined : lab.store.get(scope, 'role', name.toLowerCase());
  const wrongArn = [user?.Arn, role?.Arn].find((one) => arn !== null && one !== undefined && one !== as);
  if (wrongArn !== undefined) return { error: `there is no ${as}: the account has ${wrongArn}` };
  if (user !== undefined) return keyOf(lab, account, user.UserName, user.Arn);
  if (role !== undefined) return session(lab, role.Arn, role.RoleId, assumed?.groups?.['session'] ?? 'lab');
  if (name === 'root' && place.partition === '')
    return { error: `nothing that was collected tells which partition account ${account} is in` };
  if (name === 'root') return session(lab, `arn:${place.partition}:iam::${account}:root`, account);
  const lacks = (['User', 'Role'] as const).some((list) => !knowsList(lab.store, account, list));
  if (lacks) return { error: `nobody can be ${as}: ${cannotJudge([listGap(lab.view, account)])}` };
  const there = [
    ...lab.store.list(scope, 'user').map(({ UserName }) => UserName),
    ...lab.store.list(scope, 'role').map(({ RoleName }) => RoleName),
  ];
  return { error: `account ${account} has no user and no role "${name}"; it has ${there.slice(0, 20).join(', ') || 'none'}` };
}

function keyOf(lab: Lab, account: string, userName: string, arn: string): ShellCredentials {
  const keys = lab.store.list(LAB, 'key').filter((key) => key.account === account && key.UserName === userName);
  const active = keys.find(({ Status }) => Status === 'Active');
  const key = active ?? newKey(lab, account, userName);
  if (active === undefined) lab.store.commit({ scope: LAB, kind: 'key', name: key.AccessKeyId, document: key });
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey, arn };
}

const HOURS = 12;

function session(lab: Lab, principal: string, uniqueId: string, name?: string): ShellCredentials {
  const issued = Math.floor(lab.now().getTime() / 1000);
  const made = lab.tokens.issue({
    principal,
    uniqueId,
    ...(name === undefined ? {} : { name }),
    tags: {},
    transitive: [],
    sourceIdentity: null,
    origin: 'start',
    issued,
    expires: issued + HOURS * 3600,
  });
  return {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
    arn: principal,
  };
}
