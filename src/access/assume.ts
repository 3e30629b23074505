import { FALSE, type Gap, mapFacts, TRUE, unsettled, type Ways } from '../base/index.ts';
import type { PolicyDocument } from '../inventory/index.ts';
import { type Identity, readIdentity } from '../rules/arn/index.ts';
import {
  type CompiledPolicy,
  type Context,
  decide,
  type IamDecision,
  type IamFact,
  type IamRequest,
} from '../rules/iam/index.ts';
import { type AssumeParameters, assumedSession, type Session, wrongParameter } from '../rules/sts/index.ts';
import { requestContext } from './context.ts';
import { identitySide, onePolicy, type Policies, rcpsOf, scpsOf, sessionSide } from './policies.ts';
import { conjunctionOf, possible } from './possible.ts';
import { accountGap, type Found, findPrincipal, foundRole, organizationOf } from './principals.ts';
import type { AccessFact } from './types.ts';
import type { World } from './world.ts';

/** One assume hop, judged: the decisions of its actions and the session it makes. */
export interface AssumeStep {
  readonly kind: 'assume';
  readonly number: number;
  readonly from: Session;
  readonly role: Identity;
  readonly found: Found;
  /** The AssumeRole* action first, then the actions that the stated tags and source identity need. */
  readonly decisions: readonly { readonly action: string; readonly decision: IamDecision }[];
  readonly ways: Ways<AccessFact>;
  readonly session: Session;
  /** Why STS refuses the call whatever policies say. */
  readonly refusal?: string;
}

/**
 * Judges whether a session may become a role, and says what it would be then.
 *
 * Identity policies, boundary and SCPs come from the caller's side, RCPs and the trust policy from the role's
 * (facts/iam.md §2.1 and §2.2). Tags also need sts:TagSession, a source identity sts:SetSourceIdentity.
 *
 * @param caller the same principal as `from`, as the inventory knows it
 */
export function judgeAssume(world: World, from: Session, caller: Found, role: Identity, number: number): AssumeStep {
  const found = findPrincipal(world.inventory, role);
  const parameters = passed(world, number);
  const request = requestOf(world, from, caller, role, found, number);
  const decisions = actionsFor(from, parameters).map((action) => ({
    action,
    decision: decide({ ...request, action }),
  }));
  const refusal = found.absent ?? parameterFault(from, parameters) ?? providerFault(world, from, role);
  let ways: Ways<IamFact> = refusal === undefined ? provider(world, from, role) : FALSE;
  for (const { decision } of decisions) ways = conjunctionOf(ways, decision.ways);
  return {
    kind: 'assume',
    number,
    from,
    role,
    found,
    decisions,
    ways: possible(onHop(ways, number), from, number, world.now),
    session: assumedSession(found.identity, found.record, from, parameters),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** What STS refuses in the parameters of a call: a set source identity cannot change, an inherited tag cannot be passed again. */
function parameterFault(from: Session, parameters: AssumeParameters): string | undefined {
  const { tags, sourceIdentity } = parameters;
  if (typeof from.sourceIdentity === 'string' && sourceIdentity !== undefined && sourceIdentity !== from.sourceIdentity) {
    return `the session carries the source identity ${from.sourceIdentity}, which cannot be changed to ${sourceIdentity}`;
  }
  const again = Object.keys(tags).find((key) => from.transitive.has(key.toLowerCase()));
  if (again === undefined) return parameters === NOTHING_PASSED ? undefined : wrongParameter(parameters);
  return `the tag ${again} was inherited as transitive and cannot be passed again`;
}

/** A provider must exist in the role's account (facts/iam.md §2.2). */
function providerFault({ inventory }: World, from: Session, role: Identity): string | undefined {
  const providers = isProvider(from) ? inventory.accounts.get(role.account)?.oidcProviders() : undefined;
  if (providers?.state !== 'collected' || providers.value.includes(from.principal.arn)) return undefined;
  return `account ${role.account} has no identity provider ${from.principal.arn}`;
}

/** Providers that nobody collected may or may not exist. */
function provider({ inventory }: World, from: Session, role: Identity): Ways<IamFact> {
  const providers = isProvider(from) ? inventory.accounts.get(role.account)?.oidcProviders() : undefined;
  if (providers === undefined || providers.state === 'collected') return TRUE;
  return unsettled<IamFact>({ kind: 'missing', id: `${providers.gap.id}:allows`, gap: providers.gap, effect: 'allows' });
}

function isProvider({ principal }: Session): boolean {
  return principal.kind === 'federated' && principal.arn.includes(':oidc-provider/');
}

/**
 * Whether a session might become a role, from the caller's side and the role's trust policy alone: a quick and certain
 * "no" that reads nothing else of the role's account. The role's tags count as not known.
 */
export function mayAssume(
  world: World,
  from: Session,
  caller: Found,
  role: Identity,
  trust: PolicyDocument,
  number: number,
): boolean {
  const unknown: Found = { identity: role, record: undefined, principal: undefined, gap: accountGap(role.account) };
  const [action] = actionsFor(from, NOTHING_PASSED);
  if (action === undefined) return true;
  const organization = organizationOf(world.inventory, role.account)?.organization;
  const { ways } = decide({
    ...requestOf(world, from, caller, role, unknown, number),
    action,
    resourcePolicy: onePolicy(trust, 'trust'),
    resourceInManagementAccount: organization?.managementAccount === role.account,
  });
  return ways.length > 0;
}

/** The same hop asked for another action, e.g. sts:TagSession once a condition turns out to need a tag. */
export function judgeAction(world: World, step: AssumeStep, caller: Found, action: string): Ways<AccessFact> {
  const request = requestOf(world, step.from, caller, step.role, step.found, step.number);
  return onHop(decide({ ...request, action }).ways, step.number);
}

function requestOf(
  world: World,
  from: Session,
  caller: Found,
  role: Identity,
  found: Found,
  number: number,
): Omit<IamRequest<CompiledPolicy>, 'action'> {
  const context: Context = requestContext(world, from, found, number);
  const side = identitySide(caller, world.assume);
  return {
    principal: from.principal,
    resource: role.arn,
    resourceAccount: role.account,
    context,
    identity: side.identity,
    boundary: side.boundary,
    session: sessionSide(world, from, caller),
    scps: scpsOf(world.inventory, from.principal.account, world.assume),
    rcps: rcpsOf(world.inventory, role.account, world.assume),
    resourcePolicy: trustOf(found),
    resourceInManagementAccount: found.record?.managementAccount ?? false,
  };
}

function trustOf(found: Found): Policies {
  const role = foundRole(found);
  if (role !== undefined) return onePolicy(role.trust, 'trust');
  const gap: Gap | undefined = found.gap;
  return { policies: [], gaps: gap === undefined ? [] : [gap] };
}

/** What `--given` says of the parameters of this call. */
function passed(world: World, hop: number): AssumeParameters {
  if (!world.given.any) return NOTHING_PASSED;
  const name = world.given.at(hop, 'sts:rolesessionname');
  const source = world.given.at(hop, 'sts:sourceidentity');
  const external = world.given.at(hop, 'sts:externalid');
  const transitive = world.given.at(hop, 'sts:transitivetagkeys');
  const prefix = 'aws:requesttag/';
  const tags = world.given.withPrefix(hop, prefix).map(([key, value]) => [key.slice(prefix.length), value]);
  return {
    ...(typeof name === 'string' ? { sessionName: name } : {}),
    ...(typeof source === 'string' ? { sourceIdentity: source } : {}),
    ...(typeof external === 'string' ? { externalId: external } : {}),
    tags: Object.fromEntries(tags),
    transitiveTagKeys: transitive === null || transitive === undefined ? [] : [transitive].flat(),
  };
}

const NOTHING_PASSED: AssumeParameters = { tags: {}, transitiveTagKeys: [] };

/** The API that this kind of caller uses, and what its parameters need besides (facts/iam.md §2.2). */
function actionsFor(from: Session, parameters: AssumeParameters): readonly string[] {
  const actions: string[] = [
    from.principal.kind !== 'federated'
      ? 'sts:AssumeRole'
      : from.principal.arn.includes(':saml-provider/')
        ? 'sts:AssumeRoleWithSAML'
        : 'sts:AssumeRoleWithWebIdentity',
  ];
  if (Object.keys(parameters.tags).length > 0 || from.transitive.size > 0) actions.push('sts:TagSession');
  if (parameters.sourceIdentity !== undefined || typeof from.sourceIdentity === 'string') actions.push('sts:SetSourceIdentity');
  return actions;
}

/**
 * Puts conditions on their hop. What a session carries was chosen a hop earlier: its name there as
 * `sts:RoleSessionName`, a session tag as `aws:RequestTag`, its source identity as `sts:SourceIdentity`.
 */
export function onHop(ways: Ways<IamFact>, hop: number): Ways<AccessFact> {
  return mapFacts(ways, (fact): AccessFact => {
    if (fact.kind === 'missing') return fact;
    const { key, hop: at } = chosenAt(fact.key, hop);
    const id = `${at} ${key.toLowerCase()} ${fact.operator} ${fact.ifExists} ${JSON.stringify(fact.values)}`;
    return { ...fact, key, hop: at, id };
  });
}

function chosenAt(key: string, hop: number): { readonly key: string; readonly hop: number } {
  const lower = key.toLowerCase();
  if (lower === 'causeway:callersessionname') return { key: 'sts:RoleSessionName', hop: hop - 1 };
  if (hop > 1 && lower.startsWith('aws:principaltag/')) {
    return { key: `aws:RequestTag/${key.slice('aws:PrincipalTag/'.length)}`, hop: hop - 1 };
  }
  if (hop > 1 && lower === 'aws:sourceidentity') return { key: 'sts:SourceIdentity', hop: hop - 1 };
  return { key, hop };
}

/** Reads a role ARN that a path goes through. */
export function readRole(arn: string): Identity | { readonly error: string } {
  const identity = readIdentity(arn);
  if ('error' in identity) return { error: `"${arn}": ${identity.error}` };
  if (identity.kind !== 'role')
    return { error: `"${arn}" is not a role: only roles can be assumed (arn:PARTITION:iam::ACCOUNT:role/NAME)` };
  return identity;
}
