import { type Caller, canI, type Hop, type PathChoice, type Query, whoami } from '../../access/index.ts';
import { didYouMean } from '../../base/index.ts';
import type { Cluster, Inventory } from '../../inventory/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import { readAwsAuth } from '../../rules/eks/index.ts';
import { usage } from '../exit.ts';

const MOST_LISTED = 8;
const MOST_TRIED = 100;

/** A question of an AWS caller, before its path is known. */
type SelfQuestion = Omit<Query, 'path' | 'caller'> & { readonly caller: Extract<Caller, { kind: 'aws' }> };

/**
 * The path when no flag names one: the caller itself, as long as the cluster may know it. A caller that the cluster
 * certainly does not know needs a path; the message lists the roles that the cluster maps and the caller may assume. Throws a
 * CliError.
 */
export function pathOfSelf(inventory: Inventory, question: Omit<Query, 'path'>): PathChoice {
  const { caller, cluster } = question;
  if (caller.kind === 'kubernetes') return { kind: 'self' };
  const self = whoami(inventory, cluster, caller.arn);
  if (self.kind === 'refusal') throw usage(self.message);
  if (self.mapping.result !== 'unauthorized') return { kind: 'self' };
  throw usage(
    `${cluster.name} does not map ${caller.arn} itself, so say which path is meant: --via, --context or --any-path`,
    '--any-path searches every path through the collected accounts',
    ...hintsOf(inventory, { ...question, caller }, mappedRoles(cluster)),
  );
}

function hintsOf(inventory: Inventory, question: SelfQuestion, roles: readonly string[]): readonly string[] {
  const nobody = absentCaller(inventory, question.caller.arn);
  if (nobody.length > 0) return nobody;
  if (roles.length === 0) return ['no role that the cluster maps was collected'];
  const tried = roles.slice(0, MOST_TRIED).map((role) => ({ role, verdict: assumeVerdict(inventory, question, role) }));
  const lists = SAYS.flatMap(([verdict, says]) => {
    const found = tried.filter((each) => each.verdict === verdict).map(({ role }) => `--via ${role}`);
    if (found.length === 0) return [];
    const more = found.length > MOST_LISTED ? [`and ${found.length - MOST_LISTED} more`] : [];
    return [[says, ...found.slice(0, MOST_LISTED), ...more].join('\n')];
  });
  const others = roles.length - tried.filter(({ verdict }) => SAYS.some(([said]) => said === verdict)).length;
  if (others === 0) return lists;
  if (lists.length > 0) return [...lists, `the cluster maps ${others} more ${others === 1 ? 'role' : 'roles'}`];
  return [
    roles.length === 1
      ? 'the cluster maps one role, which the caller may not assume directly'
      : `the cluster maps ${roles.length} roles, none of which the caller may assume directly`,
  ];
}

/** What stands above the roles of each verdict. */
const SAYS: readonly (readonly [Hop['verdict'], string])[] = [
  ['allow', 'the caller may assume'],
  ['conditional', 'under conditions the caller may assume'],
  ['unknown', 'nothing that was collected keeps the caller from assuming'],
];

function assumeVerdict(inventory: Inventory, question: SelfQuestion, role: string): Hop['verdict'] {
  const answer = canI(inventory, { ...question, path: { kind: 'via', roles: [role] } }, { remedy: false });
  const first = 'kind' in answer ? undefined : answer.hops[0];
  return first?.kind === 'assume' ? first.verdict : 'deny';
}

/** A caller that its account was collected without is often a slip of the pen; who is nobody may become nobody. */
export function absentCaller(inventory: Inventory, arn: string): readonly string[] {
  const identity = readIdentity(arn);
  if ('error' in identity) return [];
  const iam = inventory.accounts.get(identity.account)?.iam();
  if (iam?.state !== 'collected') return [];
  const user = identity.kind === 'user';
  if (!user && identity.kind !== 'role' && identity.kind !== 'assumed-role') return [];
  if (iam.value.lacks.includes(user ? 'User' : 'Role')) return [];
  const known = user ? iam.value.user(identity.name) : iam.value.role(identity.name);
  if (known?.name === identity.name && (identity.kind === 'assumed-role' || known.arn === arn)) return [];
  const names = (user ? iam.value.users : iam.value.roles).map(({ name }) => name);
  const kind = user ? 'user' : 'role';
  return [
    `account ${identity.account} was collected, and its iam.json does not hold the ${kind} ${identity.path.slice(1)}${identity.name}`,
    ...(known === undefined ? didYouMean(identity.name, names) : [`it holds ${known.arn}`]),
  ];
}

/** Roles that the access entries and the rows of aws-auth name, nodes' roles left out, in the files' order. */
export function mappedRoles(cluster: Cluster): readonly string[] {
  const roles: string[] = [];
  const entries = cluster.accessEntries();
  if (entries.state === 'collected')
    roles.push(...entries.value.filter(({ type }) => type === 'STANDARD').map(({ principalArn }) => principalArn));
  const awsAuth = cluster.awsAuth();
  if (awsAuth.state === 'collected' && awsAuth.value !== null) {
    for (const row of readAwsAuth(awsAuth.value.data).roles) {
      if (!row.groups.includes('system:nodes')) roles.push(row.arn);
    }
  }
  return [...new Set(roles)].filter((role) => {
    const identity = readIdentity(role);
    return !('error' in identity) && identity.kind === 'role';
  });
}
