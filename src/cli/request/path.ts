import { canI, type PathChoice, type Query, whoami } from '../../access/index.ts';
import type { Cluster, Inventory } from '../../inventory/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import { readAwsAuth } from '../../rules/eks/index.ts';
import { usage } from '../exit.ts';

const MOST_LISTED = 8;
const MOST_TRIED = 100;

/**
 * The path when no flag names one: the caller itself, as long as the cluster may know it. A caller that the cluster
 * certainly does not know needs a path; the message lists the roles that the cluster maps, those that the caller can
 * assume before the others. Throws a CliError.
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
    ...hintsOf(inventory, question, mappedRoles(cluster)),
  );
}

function hintsOf(inventory: Inventory, question: Omit<Query, 'path'>, roles: readonly string[]): readonly string[] {
  if (roles.length === 0) return ['no role that the cluster maps was collected'];
  const near = roles.slice(0, MOST_TRIED).filter((role) => mayAssume(inventory, question, role));
  const others = roles.filter((role) => !near.includes(role));
  const shown = (near.length > 0 ? near : others).slice(0, MOST_LISTED);
  const rest = roles.length - shown.length;
  const lines = shown.map((role) => `--via ${role}${near.length > 0 ? ' (the caller may assume it)' : ''}`);
  return rest > 0 ? [...lines, `the cluster maps ${rest} more ${rest === 1 ? 'role' : 'roles'}`] : lines;
}

function mayAssume(inventory: Inventory, question: Omit<Query, 'path'>, role: string): boolean {
  const answer = canI(inventory, { ...question, path: { kind: 'via', roles: [role] } }, { remedy: false });
  return !('kind' in answer) && answer.hops[0]?.kind === 'assume' && answer.hops[0].verdict !== 'deny';
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
