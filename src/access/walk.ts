import { FALSE, TRUE, unsettled, type Ways } from '../base/index.ts';
import type { Cluster } from '../inventory/index.ts';
import type { Identity } from '../rules/arn/index.ts';
import type { Mapping } from '../rules/eks/index.ts';
import type { Attributes } from '../rules/rbac/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { type AssumeStep, judgeAssume } from './assume.ts';
import {
  type Authentication,
  type Authorization,
  authenticate,
  authorizeInCluster,
  mapToCluster,
  missingAllow,
} from './cluster.ts';
import { authorizeOpenUser } from './open-user.ts';
import { conjunctionOf } from './possible.ts';
import type { Found } from './principals.ts';
import type { AccessFact } from './types.ts';
import type { World } from './world.ts';

/** The authenticate hop, judged. */
export interface AuthenticateStep {
  readonly kind: 'authenticate';
  readonly number: number;
  readonly session: Session;
  readonly authentication: Authentication;
  readonly ways: Ways<AccessFact>;
}

/** The map hop, judged. */
export interface MapStep {
  readonly kind: 'map';
  readonly number: number;
  readonly canonical: string;
  readonly mapping: Mapping;
  readonly ways: Ways<AccessFact>;
}

/** The authorize hop, judged. */
export interface AuthorizeStep {
  readonly kind: 'authorize';
  readonly number: number;
  readonly username: string;
  readonly groups: readonly string[];
  readonly authorization: Authorization;
  readonly ways: Ways<AccessFact>;
}

/** Any hop, judged. */
export type Step = AssumeStep | AuthenticateStep | MapStep | AuthorizeStep;

/** A path, judged as far as it is open: the last step is the first that is closed, or the last hop. */
export interface JudgedPath {
  readonly start: Session;
  readonly roles: readonly Identity[];
  readonly steps: readonly Step[];
  readonly ways: Ways<AccessFact>;
  /** The session that comes to the cluster, when the path gets there. */
  readonly session: Session;
}

/**
 * Walks one access path: assume each role in order, authenticate, map, authorize; stops at the first closed hop.
 *
 * This one walk serves every question about access; the reasons are carried along and written out by whoever prints.
 */
export function walk(
  world: World,
  start: { readonly session: Session; readonly found: Found },
  roles: readonly Identity[],
  cluster: Cluster,
  request: Attributes,
): JudgedPath {
  const assumed = walkRoles(world, start, roles);
  if (assumed.ways.length === 0) return { start: start.session, roles, ...assumed };
  const rest = walkCluster(assumed.session, cluster, request, assumed.steps.length);
  return {
    start: start.session,
    roles,
    steps: [...assumed.steps, ...rest.steps],
    ways: conjunctionOf(assumed.ways, rest.ways),
    session: assumed.session,
  };
}

/** The assume hops alone. */
export function walkRoles(
  world: World,
  start: { readonly session: Session; readonly found: Found },
  roles: readonly Identity[],
): { readonly steps: readonly AssumeStep[]; readonly ways: Ways<AccessFact>; readonly session: Session } {
  const steps: AssumeStep[] = [];
  let ways: Ways<AccessFact> = TRUE;
  let { session, found } = start;
  for (const role of roles) {
    const step = judgeAssume(world, session, found, role, steps.length + 1);
    steps.push(step);
    ways = conjunctionOf(ways, step.ways);
    if (ways.length === 0) break;
    session = step.session;
    found = step.found;
  }
  return { steps, ways, session };
}

/** The three hops at the cluster for a session that has no more roles to assume. */
export function walkCluster(
  session: Session,
  cluster: Cluster,
  request: Attributes,
  hopsBefore: number,
): { readonly steps: readonly Step[]; readonly ways: Ways<AccessFact> } {
  const authentication = authenticate(session, cluster);
  const number = hopsBefore + 1;
  const first: AuthenticateStep = {
    kind: 'authenticate',
    number,
    session,
    authentication,
    ways: authentication.ok ? TRUE : FALSE,
  };
  if (!authentication.ok) return { steps: [first], ways: FALSE };
  const mapping = mapToCluster(cluster, authentication.identity);
  const second: MapStep = {
    kind: 'map',
    number: number + 1,
    canonical: authentication.canonical,
    mapping,
    ways: mappingWays(mapping),
  };
  if (mapping.result !== 'mapped') return { steps: [first, second], ways: second.ways };
  const third = judgeAuthorize(cluster, mapping, request, number + 2, hopsBefore);
  return { steps: [first, second, third], ways: third.ways };
}

/** Who is nobody yet may still be somebody once the missing parts are collected. */
function mappingWays(mapping: Mapping): Ways<AccessFact> {
  if (mapping.result === 'mapped') return TRUE;
  if (mapping.result === 'unauthorized') return FALSE;
  const gaps = mapping.gaps.length > 0 ? mapping.gaps : [{ ...UNJUDGED_MAPPING, what: mapping.reason }];
  return gaps.flatMap((gap) => unsettled(missingAllow(gap)));
}

function judgeAuthorize(
  cluster: Cluster,
  mapping: Mapping,
  request: Attributes,
  number: number,
  sessionHop: number,
): AuthorizeStep {
  const user = { username: mapping.username ?? '', groups: mapping.groups, policies: mapping.policies, gaps: mapping.gaps };
  const authorization = mapping.open
    ? authorizeOpenUser(cluster, user, request, sessionHop)
    : authorizeInCluster(cluster, user, request);
  return {
    kind: 'authorize',
    number,
    username: user.username,
    groups: mapping.groups,
    authorization,
    ways: authorization.ways,
  };
}

const UNJUDGED_MAPPING = { kind: 'gap', id: 'mapping', state: 'unjudged' } as const;
