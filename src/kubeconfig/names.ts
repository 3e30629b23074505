import { parseArn } from '../rules/arn/index.ts';
import type { TokenCommand } from './exec.ts';
import type { ClusterFacts, Login } from './login.ts';
import { type Entry, type FileValue, findEntry, textOf, tokenCommandOf } from './view.ts';

/** What one context is to be called, and how. */
export interface NameWish {
  readonly cluster: ClusterFacts;
  readonly login: Login;
  /** Name of the context. */
  readonly alias?: string;
  /** Name of the user entry. */
  readonly userAlias?: string;
  /** An explicit yes to change entries of these names that are somebody else's. */
  readonly replace: boolean;
}

/** Names of the three entries. */
export interface Names {
  readonly cluster: string;
  readonly user: string;
  readonly context: string;
}

/** Why a wish is not written, and what to do. */
export interface PutRefusal {
  readonly error: string;
  readonly hints: readonly string[];
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Names of the cluster, user and context entries: those of `aws eks update-kubeconfig` (the cluster's ARN for all three,
 * facts/eks.md §4.1), as long as no other identity has that user entry. Two roles on one cluster never share one: the
 * second is named `ARN@ROLE`, and its context too. An entry that stands for somebody else is not taken over.
 */
export function chooseNames(files: readonly FileValue[], wish: NameWish): Names | PutRefusal {
  const user = chooseUser(files, wish);
  if (typeof user !== 'string') return user;
  const context = wish.alias ?? user;
  const there = findEntry(files, 'contexts', context);
  const names = { cluster: wish.cluster.entry, user, context };
  if (there === undefined || wish.replace) return names;
  const [cluster, old] = [textOf(there.body.cluster), textOf(there.body.user)];
  if (cluster === names.cluster && old === user) return names;
  return {
    error: `the context ${context} in ${there.file} is for ${cluster === names.cluster ? '' : `cluster ${cluster} and `}user ${old}`,
    hints: [whoIs(findEntry(files, 'users', old)), '--alias gives the new context another name; --replace changes this one'],
  };
}

function chooseUser(files: readonly FileValue[], wish: NameWish): string | PutRefusal {
  const isSame = (name: string): boolean => isSameLogin(findEntry(files, 'users', name), wish);
  const isFree = (name: string): boolean => findEntry(files, 'users', name) === undefined;
  if (wish.userAlias !== undefined) {
    const there = findEntry(files, 'users', wish.userAlias);
    if (there === undefined || wish.replace || isSame(wish.userAlias)) return wish.userAlias;
    return {
      error: `the user entry ${wish.userAlias} in ${there.file} is another identity`,
      hints: [whoIs(there), '--user-alias gives the new entry another name; --replace changes this one'],
    };
  }
  const candidates = candidateNames(wish);
  const name = candidates.find(isSame) ?? candidates.find(isFree);
  if (name !== undefined) return name;
  return {
    error: `the names ${candidates.join(', ')} are all user entries of other identities`,
    hints: ['--user-alias gives the new entry a name'],
  };
}

/** The ARN, the ARN with the role's (else the profile's) name, and what tells still more. */
function candidateNames({ cluster: { entry }, login: { profile, roles } }: NameWish): readonly string[] {
  const last = roles.at(-1)?.role;
  const arn = last === undefined ? undefined : parseArn(last);
  const role = arn?.resource.split('/').at(-1) ?? last;
  if (role === undefined) return [entry, `${entry}@${profile ?? 'default'}`];
  return [
    entry,
    `${entry}@${role}`,
    ...(arn === undefined ? [] : [`${entry}@${arn.account}/${role}`]),
    ...(profile === undefined ? [] : [`${entry}@${profile}@${role}`]),
  ];
}

/** Whether a user entry makes tokens for this cluster as this identity, with whichever program. */
function isSameLogin(entry: Entry | undefined, { cluster, login }: NameWish): boolean {
  const token = entry === undefined ? undefined : tokenCommandOf(entry.body);
  if (token === undefined) return false;
  return (
    token.cluster === cluster.id &&
    (token.region === undefined || token.region === cluster.region) &&
    token.profile === login.profile &&
    token.roles.map((each) => each.role).join('\n') === login.roles.map((each) => each.role).join('\n')
  );
}

function whoIs(entry: Entry | undefined): string {
  if (entry === undefined) return 'that user entry is not there';
  const token = tokenCommandOf(entry.body);
  return token === undefined ? 'that user entry makes no EKS token' : `that user entry ${loginInWords(token)}`;
}

/** Who a token command logs in as, as the end of a sentence. */
export function loginInWords({ profile, roles, cluster }: Pick<TokenCommand, 'profile' | 'roles' | 'cluster'>): string {
  const as = roles.length === 0 ? '' : `as ${roles.map((each) => each.role).join(', then ')}`;
  const by = profile === undefined ? '' : `with profile ${profile}`;
  const who = [as, by].filter((part) => part !== '').join(' ') || 'with whatever credentials the shell has';
  return `logs in ${cluster === undefined ? '' : `to ${cluster} `}${who}`;
}
