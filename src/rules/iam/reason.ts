import type { Ways } from '../../base/index.ts';
import { describeFact } from './describe.ts';
import { describeStatement } from './evidence.ts';
import { answer } from './layer.ts';
import { failedConditions } from './near-miss.ts';
import type { CompiledPolicy } from './policy.ts';
import type { Query } from './query.ts';
import { hasResourcePolicies } from './services.ts';
import type { IamFact, IamRequest, Layer, StatementRef } from './types.ts';

type Request = IamRequest<CompiledPolicy>;
type Reason = () => string;

/** How a layer is called in a sentence. */
const LAYERS: Readonly<Record<Layer, string>> = {
  identity: 'an identity policy',
  trust: 'the trust policy',
  resource: "the resource's policy",
  scp: 'a service control policy',
  rcp: 'a resource control policy',
  boundary: 'the permissions boundary',
  session: 'the session policy',
  api: 'AWS',
};

/** A refusal that no policy can change. */
export function apiReason(why: string): Reason {
  return () => `AWS refuses it whatever the policies say: ${why}`;
}

/** Which statement of which layer denies. */
export function explicitReason(
  { action }: Request,
  denies: readonly { readonly layer: Layer; readonly by: readonly StatementRef[] }[],
): Reason {
  return () => {
    const each = denies.map(
      ({ layer, by }) => `${LAYERS[layer]} (${by.map(describeStatement).join(', ') || 'which was not collected'})`,
    );
    return `${action} is explicitly denied by ${each.join(' and ')}`;
  };
}

/** Which layer lacks an allow, and by which condition it misses it. */
export function silentReason(request: Request, query: Query, layer: Layer): Reason {
  const { action, resource, principal, resourcePolicy } = request;
  return () => {
    switch (layer) {
      case 'trust':
        if (resourcePolicy === null) return `${resource} has no trust policy that could allow ${action}`;
        return `no statement of ${names(resourcePolicy, 'the trust policy')} allows ${action} to ${principal.arn}${failedConditions(resourcePolicy, query)}`;
      case 'resource':
        if (!hasResourcePolicies(query.service))
          return `no policy of ${resource} can allow ${action} to ${principal.arn} of another account: there is none for this service`;
        if (resourcePolicy === null)
          return `${resource} has no policy of its own that allows ${action} to ${principal.arn}, and it needs one`;
        return `no effective statement of ${names(resourcePolicy, "the resource's policy")} allows ${action} to ${principal.arn}${failedConditions(resourcePolicy, query)}`;
      case 'identity':
        return `no identity policy of ${principal.arn} allows ${action} on ${resource}${failedConditions(request.identity, query)}`;
      case 'boundary':
        return `the permissions boundary does not allow ${action} on ${resource}${failedConditions(request.boundary, query)}`;
      case 'session':
        if (request.session === null)
          return "a federated user's session without a session policy may do only what a resource's policy grants it by name";
        return `the session policy does not allow ${action} on ${resource}${failedConditions(request.session, query)}`;
      case 'scp':
        return `the service control policies of one level do not allow ${action} on ${resource}${failedConditions(silentLevel(request, query), query)}`;
      default:
        return `${LAYERS[layer]} does not allow ${action} on ${resource}`;
    }
  };
}

/** The first level of service control policies in which nothing allows. */
function silentLevel({ scps }: Request, query: Query): Request['session'] {
  return scps.find((level) => answer(level, 'allows', query).ways.length === 0) ?? null;
}

/** Which deny leaves no case in which the allow holds. */
export function contradictionReason({ action }: Request, by: readonly StatementRef[]): Reason {
  return () =>
    `whatever the request brings, ${by.map(describeStatement).join(' or ')} denies ${action} where it would be allowed`;
}

/** Which statements allow. */
export function allowReason({ action, resource, principal }: Request, by: readonly StatementRef[], own: Layer): Reason {
  return () => {
    if (by.length === 0)
      return `${action} on ${resource} is allowed: ${principal.kind === 'root' ? 'the root user needs no policy' : 'no policy is needed'}`;
    const rest = own === 'trust' && by.length === 1 && by[0]?.policy.kind === 'trust' ? ', and nothing else is needed' : '';
    return `${action} on ${resource} is allowed by ${by.map(describeStatement).join(' and ')}${rest}`;
  };
}

/** What an allow would still depend on; the shortest way. */
export function unknownReason({ action }: Request, ways: Ways<IamFact>): Reason {
  return () => {
    const [first = [], ...others] = ways;
    const needs = new Set<string>();
    const points: string[] = [];
    for (const { fact, holds } of first) {
      if (fact.kind === 'missing' && /^wh/.test(fact.gap.what)) points.push(fact.gap.what);
      else if (fact.kind === 'missing' && speaksBothWays(first, fact.gap.id))
        needs.add(`it is allowed, and not denied, by ${fact.gap.what}`);
      else needs.add(describeFact(fact, holds));
    }
    const also = others.length === 0 ? '' : ` (or in ${others.length} other way${others.length === 1 ? '' : 's'})`;
    const verdict = needs.size === 0 ? `${action} may be allowed` : `${action} is allowed only if ${[...needs].join(', and ')}`;
    return `${verdict}${points.length === 0 ? '' : `; nobody can say ${points.join(', nor ')}`}${also}`;
  };
}

/** Whether what is missing would have to allow and must not deny. */
function speaksBothWays(way: Ways<IamFact>[number], gap: string): boolean {
  const effects = way.flatMap(({ fact }) => (fact.kind === 'missing' && fact.gap.id === gap ? [fact.effect] : []));
  return new Set(effects).size > 1;
}

function names(set: Request['resourcePolicy'], fallback: string): string {
  return set?.policies.map(({ source }) => source.name).join(', ') || fallback;
}
