import { ROLE_POLICY, SESSIONS_POLICY } from './marks.ts';
import type { Step } from './types.ts';

/** The order in which things are made: sessions end before their role changes, rights before who has them, a principal before what names it. */
const MADE = [
  'sessions-policy',
  'role',
  'role-policy',
  'cluster-role',
  'binding',
  'access-entry',
  'aws-auth-row',
  'access-policy',
  'caller-policy',
];

/**
 * The order in which things go: the mapping first, so that nobody gets in while the rest is taken away; what a role may do before
 * what denies it; the caller's own policy last.
 */
const UNMADE = [
  'access-policy',
  'access-entry',
  'aws-auth-row',
  'binding',
  'cluster-role',
  'role-policy',
  'sessions-policy',
  'role',
  'caller-policy',
];

/** Steps in an order in which each stands after those that it needs: what is made by account and cluster, callers' accounts last, then what goes. */
export function inOrder(steps: readonly Step[], owners: ReadonlySet<string>): readonly Step[] {
  const key = (step: Step): readonly (string | number)[] => {
    const goes = step.verb === 'delete' ? 1 : 0;
    const kind = rankName(step);
    const isCaller = kind === 'caller-policy' || !owners.has(step.account) ? 1 : 0;
    const rank = (goes === 1 ? UNMADE : MADE).indexOf(kind);
    // What goes must go everywhere in the same order: a role is taken from several clusters.
    return goes === 1
      ? [1, isCaller, rank, step.account, clusterOf(step), step.id]
      : [0, isCaller, step.account, clusterOf(step), rank, step.grant, step.id];
  };
  const keyed = steps.map((step) => ({ step, at: key(step) }));
  return keyed.sort((a, b) => compare(a.at, b.at)).map(({ step }) => step);
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function rankName({ resource }: Step): string {
  switch (resource.kind) {
    case 'inline-policy':
      return resource.name === ROLE_POLICY
        ? 'role-policy'
        : resource.name === SESSIONS_POLICY
          ? 'sessions-policy'
          : 'caller-policy';
    case 'rbac-object':
      return resource.manifest.kind.endsWith('Binding') ? 'binding' : 'cluster-role';
    default:
      return resource.kind;
  }
}

function clusterOf({ resource }: Step): string {
  return 'clusterArn' in resource ? resource.clusterArn : '';
}

/** Steps that take away, each after all of the same grant that go before it. */
export function chained(deletes: readonly Step[]): readonly Step[] {
  const rank = (step: Step): number => UNMADE.indexOf(rankName(step));
  return deletes.map((step) => {
    const before = deletes.filter((other) => other.grant === step.grant && rank(other) < rank(step)).map(({ id }) => id);
    return { ...step, after: [...step.after, ...before] };
  });
}
