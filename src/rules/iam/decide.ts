import { and, FALSE, isTrue, not, or, TooManyWays, TRUE, type Ways } from '../../base/index.ts';
import { missingEvidence, unjudgedGap } from './evidence.ts';
import { type Answer, answer, type Grants, grants, YES } from './layer.ts';
import { namedAs, nearMisses } from './near-miss.ts';
import type { CompiledPolicy } from './policy.ts';
import { type Query, queryOf } from './query.ts';
import { allowReason, apiReason, contradictionReason, explicitReason, silentReason, unknownReason } from './reason.ts';
import { satisfiableWays } from './satisfy.ts';
import { hasResourcePolicies, isUnderRcp, needsAlias, needsGrant, needsWebIdentity, worksAcrossAccounts } from './services.ts';
import { type CompiledStatement, isIneffective } from './statement.ts';
import type { IamDecision, IamFact, IamRequest, Layer, StatementRef } from './types.ts';

type Request = IamRequest<CompiledPolicy>;

/** What a layer says, with its name. */
interface LayerAnswer extends Answer {
  readonly layer: Layer;
}

/**
 * Decides one request: explicit denies, then organizations, then the resource's and the caller's own policies
 * (IAM guide: reference_policies_evaluation-logic, …-cross-account; access_policies_boundaries; Organizations guide: SCPs and RCPs).
 *
 * What the context leaves open and what nobody collected becomes the formula `ways`; what IAM cannot have said is never an allow.
 */
export function decide(given: Request): IamDecision {
  const query = queryOf(given);
  const request =
    hasResourcePolicies(query.service) || given.resourcePolicy === null ? given : { ...given, resourcePolicy: null };
  const fixed = apiAnswer(request, query);
  if (fixed !== undefined) return fixed;
  const denies = denials(request, query);
  const firm = denies.filter(({ ways }) => isTrue(ways));
  if (firm.length > 0) return explicitDeny(request, firm);
  try {
    return weigh(request, query, denies);
  } catch (error) {
    if (!(error instanceof TooManyWays)) throw error;
    return tooMany(request);
  }
}

/** Calls that AWS answers before or without any policy. */
function apiAnswer(request: Request, { action, principal, resourceAccount }: Query): IamDecision | undefined {
  if (action === 'sts:getcalleridentity') {
    return result('allow', TRUE, null, [], () => 'sts:GetCallerIdentity needs no permission, and no policy can stop it');
  }
  let why: string | undefined;
  if (action === 'sts:getsessiontoken' && (principal.kind === 'user' || principal.kind === 'root')) {
    return result('allow', TRUE, null, [], () => 'sts:GetSessionToken needs no permission, and policies do not control it');
  }
  if (action === 'sts:assumerole' && principal.kind === 'root') why = 'roles may not be assumed by root accounts';
  if (action === 'sts:assumerole' && principal.kind === 'anonymous') why = 'sts:AssumeRole needs a signed request';
  const isSession = principal.kind === 'assumed-role' || principal.kind === 'federated-user';
  if (isSession && (action === 'sts:getsessiontoken' || action === 'sts:getfederationtoken'))
    why = `a session cannot call ${request.action}`;
  if (!worksAcrossAccounts(action) && principal.account !== resourceAccount && principal.kind !== 'service') {
    why = `${request.action} never works on a key of another account`;
  }
  return why === undefined ? undefined : result('implicitDeny', FALSE, 'api', [], apiReason(why));
}

/** Every layer in which some statement denies, firmly or not. */
function denials(request: Request, query: Query): readonly LayerAnswer[] {
  const out: LayerAnswer[] = [];
  const add = (layer: Layer, found: Answer) => {
    if (found.ways.length > 0) out.push({ layer, ways: found.ways, by: found.by });
  };
  if (underScp(request)) for (const level of request.scps) add('scp', answer(level, 'denies', query));
  const rcp = underRcp(request, query);
  if (rcp !== false) for (const level of request.rcps) add('rcp', rcpDenial(answer(level, 'denies', query), rcp, query));
  add('identity', answer(request.identity, 'denies', query));
  if (request.boundary !== null) add('boundary', answer(request.boundary, 'denies', query));
  if (request.session !== null) add('session', answer(request.session, 'denies', query));
  if (request.resourcePolicy !== null) add(resourceLayer(query), answer(request.resourcePolicy, 'denies', query));
  return out;
}

/** Where nobody says whether a service is under RCPs, a deny of one may hold and may not. */
function rcpDenial(found: Answer, applies: true | undefined, { service }: Query): Answer {
  const ref = found.by[0];
  if (applies === true || ref === undefined) return found;
  const gap = unjudgedGap(ref, `whether resource control policies govern ${service}`);
  return { ways: and(found.ways, missingEvidence(gap, 'denies')), by: found.by };
}

/** SCPs limit users, roles and root of member accounts only (Organizations guide: SCPs). */
function underScp({ principal }: Request): boolean {
  if (principal.serviceLinkedRole === true || principal.managementAccount === true) return false;
  return principal.kind !== 'service' && principal.kind !== 'federated' && principal.kind !== 'anonymous';
}

/** Not service-linked roles as callers, nor their trust policies, nor keys that AWS manages (Organizations guide: RCPs). */
function underRcp(request: Request, { service, action, segments }: Query): boolean | undefined {
  if (request.principal.serviceLinkedRole === true || request.resourceInManagementAccount === true) return false;
  if (service === 'sts' && segments?.[5]?.startsWith('role/aws-service-role/') === true) return false;
  if (service === 'kms' && segments?.[5]?.startsWith('alias/aws/') === true) return false;
  return isUnderRcp(service, action);
}

/** A role's own policy is its trust policy. */
function resourceLayer({ service }: Query): 'trust' | 'resource' {
  return service === 'sts' ? 'trust' : 'resource';
}

/** The allows of each side. */
interface Sides {
  readonly scps: readonly Answer[];
  readonly identity: Answer;
  readonly boundary: Answer;
  readonly session: Answer;
  readonly grants: Grants;
}

function sidesOf(request: Request, query: Query): Sides {
  const { principal } = request;
  // Without a session policy a GetFederationToken session holds nothing but what resource policies give it by name.
  const bareSession = principal.kind === 'federated-user' ? { ...YES, ways: FALSE } : YES;
  return {
    scps: underScp(request) ? request.scps.map((level) => answer(level, 'allows', query)) : [],
    identity: principal.kind === 'root' ? YES : answer(request.identity, 'allows', query),
    boundary: request.boundary === null ? YES : answer(request.boundary, 'allows', query),
    session: request.session === null ? bareSession : answer(request.session, 'allows', query),
    grants: grants(request.resourcePolicy, query),
  };
}

function weigh(request: Request, query: Query, denies: readonly LayerAnswer[]): IamDecision {
  const sides = sidesOf(request, query);
  const permitted = permit(request, query, sides);
  if (permitted.length === 0) return implicitDeny(request, query, sides);
  let spared: Ways<IamFact> = TRUE;
  for (const { ways } of denies) spared = prune(and(spared, not(ways)));
  const ways = and(permitted, spared);
  if (ways === TRUE || isTrue(ways)) return allowed(request, query, sides);
  const left = satisfiableWays(ways);
  if (left.length === 0) {
    if (satisfiableWays(permitted).length === 0) return implicitDeny(request, query, sides);
    if (satisfiableWays(spared).length === 0) return explicitDeny(request, denies);
    const [first, ...others] = new Set(denies.map(({ layer }) => layer));
    const layer = first === undefined || others.length > 0 ? null : first;
    const by = denies.flatMap((one) => one.by);
    return result('implicitDeny', FALSE, layer, by, contradictionReason(request, by));
  }
  // Every case may be covered though no single way needs nothing: "is a, or is not a".
  if (satisfiableWays(not(left)).length === 0) return allowed(request, query, sides);
  const by = [...statementsOf(sides), ...denies.flatMap((one) => one.by)];
  return result('unknown', left, null, by, unknownReason(request, left));
}

/** Keeps a growing formula small by dropping what no request can bring. */
function prune(ways: Ways<IamFact>): Ways<IamFact> {
  return ways.length > 32 ? satisfiableWays(ways) : ways;
}

/** What the allows of all sides amount to; see the rules in `decide`. */
function permit(request: Request, query: Query, sides: Sides): Ways<IamFact> {
  let scp: Ways<IamFact> = TRUE;
  for (const level of sides.scps) {
    if (level.ways.length === 0) return FALSE;
    scp = and(scp, level.ways);
  }
  return and(scp, core(request, query, sides));
}

function core(
  { principal, resourceAccount }: Request,
  query: Query,
  { identity, boundary, session, grants }: Sides,
): Ways<IamFact> {
  const { direct, role, account } = grants;
  if (principal.kind === 'service' || principal.kind === 'federated' || principal.kind === 'anonymous') return direct;
  // These calls bring a token instead of an AWS identity (Access Analyzer: mismatched action for principal).
  if (needsWebIdentity(query.action)) return FALSE;
  const same = principal.account === resourceAccount;
  // A grant that names the caller itself needs nothing else, in the same account only.
  const onAlias = needsAlias(query.action);
  if (same && direct === TRUE && !onAlias) return TRUE;
  const limits = and(boundary.ways, session.ways);
  const granted = or(or(or(direct, role), account), throughAlias(query));
  if (!same || onAlias) return and(and(granted, identity.ways), limits);
  const own = needsGrant(query.service, query.action) ? and(identity.ways, granted) : identity.ways;
  return or(direct, and(limits, or(role, own)));
}

/** A grant may stand in the policy of the key that an alias stands for, and nobody says which key that is. */
function throughAlias({ service, segments, resource }: Query): Ways<IamFact> {
  if (service !== 'kms' || segments?.[5]?.startsWith('alias/') !== true) return FALSE;
  const what = `the key policy of the key behind ${resource}`;
  return missingEvidence({ kind: 'gap', id: `key-policy:${resource}`, state: 'notCollected', what }, 'allows');
}

function implicitDeny(request: Request, query: Query, sides: Sides): IamDecision {
  const layer = brokenLayer(request, query, sides);
  return result('implicitDeny', FALSE, layer, [], silentReason(request, query, layer));
}

/** The first layer without which no allow can come about. */
function brokenLayer(request: Request, query: Query, sides: Sides): Layer {
  const { principal, resourceAccount } = request;
  const possible = ({ ways }: { readonly ways: Ways<IamFact> }) => satisfiableWays(ways).length > 0;
  if (!sides.scps.every(possible)) return 'scp';
  if (principal.kind === 'service' || principal.kind === 'federated' || principal.kind === 'anonymous')
    return resourceLayer(query);
  if (needsWebIdentity(query.action)) return resourceLayer(query);
  const same = principal.account === resourceAccount;
  const byRole = same && possible({ ways: sides.grants.role });
  if (!byRole && !possible(sides.identity)) return same && meantToGrant(request, query) ? resourceLayer(query) : 'identity';
  if (!possible(sides.boundary)) return 'boundary';
  if (!possible(sides.session)) return 'session';
  return resourceLayer(query);
}

/**
 * The resource's own policy meant to grant to the caller itself, which needs no identity policy then, by a statement whose
 * conditions are not met or, in a key policy, one without effect: that is what broke, not the caller's own policies.
 */
function meantToGrant({ resourcePolicy }: Request, query: Query): boolean {
  const toCaller = (statement: CompiledStatement) => namedAs(statement, query).some((kind) => kind !== 'account');
  if (nearMisses(resourcePolicy, query).some(toCaller)) return true;
  return resourcePolicy?.policies.some(({ allows }) => allows.some((statement) => isIneffective(statement, query))) === true;
}

function explicitDeny(request: Request, denies: readonly LayerAnswer[]): IamDecision {
  const layers = new Set(denies.map(({ layer }) => layer));
  const layer = layers.size === 1 ? (denies[0]?.layer ?? null) : null;
  const by = denies.flatMap((one) => one.by);
  return result('explicitDeny', FALSE, layer, by, explicitReason(request, denies));
}

function allowed(request: Request, query: Query, sides: Sides): IamDecision {
  const by =
    sides.grants.direct === TRUE && request.principal.account === request.resourceAccount ? sides.grants.by : statementsOf(sides);
  return result('allow', TRUE, null, by, allowReason(request, by, resourceLayer(query)));
}

function statementsOf(sides: Sides): readonly StatementRef[] {
  return [...sides.identity.by, ...sides.grants.by];
}

function tooMany(request: Request): IamDecision {
  const what = `the combinations of conditions on ${request.action} for ${request.principal.arn}, which are too many to follow`;
  const gap = {
    kind: 'gap',
    id: `too-many:${request.action}:${request.principal.arn}:${request.resource}`,
    state: 'unjudged',
    what,
  } as const;
  const ways = missingEvidence(gap, 'allows');
  return result('unknown', ways, null, [], unknownReason(request, ways));
}

function result(
  decision: IamDecision['decision'],
  ways: Ways<IamFact>,
  layer: Layer | null,
  statements: readonly StatementRef[],
  reason: () => string,
): IamDecision {
  return { decision, ways, layer, statements, reason };
}
