import { type Inventory, resourceId } from '../inventory/index.ts';
import { principalKey } from './file/principals.ts';
import { auditRole, SESSIONS_POLICY } from './marks.ts';
import { chained, inOrder } from './order.ts';
import { accountsOf, type Owned, ownedBy } from './owned.ts';
import { draftPlan, evaluated, type PlanOptions } from './plan.ts';
import { isSessionsPolicy } from './sessions.ts';
import { deleteStep } from './steps.ts';
import type { Plan, PlanNote, Step } from './types.ts';
import { unseenParts } from './unseen.ts';
import type { GrantsFile, Principal, Wish } from './wish/types.ts';

/** What is taken away: a grant by its name, or a principal out of every grant. */
export type Revoked = { readonly grant: string } | { readonly principal: string };

/**
 * The steps that take a grant away, or a principal out of all grants of a file: the mapping first, so that nobody gets in while
 * the rest goes, then RBAC, the role, the callers' policies. Only what carries the marks of the file goes; what lives on is said
 * in the warnings (`lives-on`). The file itself stays as it is: a grant that stays in it comes back with the next apply.
 *
 * @returns undefined when the file has no such grant and no such principal, and nothing in the inventory carries its mark
 */
export function planRevoke(file: GrantsFile, inventory: Inventory, what: Revoked, options: PlanOptions): Plan | undefined {
  return 'grant' in what
    ? revokeGrant(file, inventory, what.grant, options)
    : revokePrincipal(file, inventory, what.principal, options);
}

function revokeGrant(file: GrantsFile, inventory: Inventory, name: string, options: PlanOptions): Plan | undefined {
  const wish = file.grants.find((grant) => grant.name === name);
  const all = ownedBy(file.name, inventory, accountsOf(file, inventory));
  const own = all.filter(({ grant }) => grant === name);
  if (wish === undefined && own.length === 0) return undefined;
  const steps = [...own, ...unusedAudit(file, all, own, wish)].map((owned) => deleteStep({ ...owned, grant: name }, [], options));
  const again: readonly PlanNote[] =
    wish === undefined
      ? []
      : [
          {
            code: 'comes-back',
            grant: name,
            text: 'the file still wishes for it: take it out of the file, or the next apply makes it again',
          },
        ];
  const draft = {
    file: file.name,
    steps: inOrder(chained(steps), new Set(file.clusters.map(({ account }) => account))),
    refusals: [],
    gaps: [],
    unseen: unseenParts(file, inventory),
  };
  return evaluated(draft, [...again, ...livesOn(name, wish)], inventory, options);
}

/**
 * The ClusterRole that all grants of `access: audit` share goes with the last binding to it on a cluster; where the grant's own
 * binding is gone already, with the grant.
 */
function unusedAudit(file: GrantsFile, all: readonly Owned[], going: readonly Owned[], wish: Wish | undefined): readonly Owned[] {
  const gone = new Set(going.map(({ resource }) => resourceId(resource)));
  const name = auditRole(file.name);
  return all.filter(({ resource }) => {
    if (resource.kind !== 'rbac-object' || resource.manifest.kind !== 'ClusterRole' || resource.manifest.metadata.name !== name)
      return false;
    const bound = all.filter(({ resource: other }) => {
      if (other.kind !== 'rbac-object' || other.clusterArn !== resource.clusterArn) return false;
      return JSON.stringify(other.manifest.roleRef ?? null).includes(JSON.stringify(name));
    });
    return (
      bound.every(({ resource: other }) => gone.has(resourceId(other))) && (bound.length > 0 || wish?.access.kind === 'audit')
    );
  });
}

function revokePrincipal(file: GrantsFile, inventory: Inventory, text: string, options: PlanOptions): Plan | undefined {
  const isMeant = (principal: Principal): boolean =>
    principalKey(principal).toLowerCase() === text.toLowerCase() || roleOf(principal) === text;
  const touched = file.grants.filter(({ to }) => to.some(isMeant));
  if (touched.length === 0) return undefined;
  const names = new Set(touched.map(({ name }) => name));
  const grants = file.grants.flatMap((wish): readonly Wish[] => {
    const to = wish.to.filter((principal) => !isMeant(principal));
    return to.length === 0 ? [] : [{ ...wish, to }];
  });
  const draft = draftPlan({ ...file, grants }, inventory, options);
  // A grant that was not applied in full stays so: only trust policies are changed, and with them sessions end.
  const isPart = ({ verb, resource }: Step): boolean =>
    verb === 'delete' || (verb === 'update' && resource.kind === 'role') || isSessionsPolicy(resource);
  const stay = new Set(grants.map(({ name }) => name));
  const all = ownedBy(file.name, inventory, accountsOf(file, inventory));
  const going = all.filter(({ grant }) => names.has(grant) && !stay.has(grant));
  const last = touched.find(({ name, access }) => !stay.has(name) && access.kind === 'audit');
  const audit = new Set(unusedAudit(file, all, going, last).map(({ resource }) => resourceId(resource)));
  const steps = draft.steps.filter(
    (step) => isPart(step) && (names.has(step.grant) || (step.verb === 'delete' && audit.has(resourceId(step.resource)))),
  );
  const again = touched.map(({ name }) => ({
    code: 'comes-back',
    grant: name,
    text: `the file still names ${text}: take it out, or the next apply lets it in again`,
  }));
  const warnings = [...again, ...touched.flatMap((wish) => livesOn(wish.name, wish, stay.has(wish.name)))];
  return evaluated({ ...draft, steps, refusals: [], gaps: [] }, warnings, inventory, options);
}

function roleOf(principal: Principal): string | undefined {
  return principal.kind === 'podIdentity' ? principal.role : undefined;
}

/** What no deletion ends (facts eks.md §1.1, §1.3, §3.3, §4.6: GetCallerIdentity cannot be denied). */
function livesOn(grant: string, wish: Wish | undefined, stays = false): readonly PlanNote[] {
  const session = `${(wish?.session ?? 3600) / 3600}h`;
  const isRole = wish?.via !== 'direct';
  const ofRole = stays
    ? `the role stays for others. A session that the principal has of it loses its rights in AWS (${SESSIONS_POLICY}), but the cluster knows it, and takes new tokens of it, until it ends: ${session} at most. Only revoking the whole grant ends that at once`
    : `sessions of the grant's role live for up to ${session}; without the mapping the cluster knows them no more, and without the role they have no right in AWS`;
  const texts = [
    ...(isRole && stays
      ? []
      : [
          'a token that was made before is good for 15 minutes at most, and only while the mapping is there; how long the cluster remembers one that it took, AWS does not say',
        ]),
    'watches, logs, execs and port-forwards that are open stay open until they end',
    'what was made or read with the grant stays: pods, tokens of service accounts, bindings, copies of Secrets',
    ...(isRole ? [ofRole] : []),
  ];
  return texts.map((text) => ({ code: 'lives-on', grant, text }));
}
