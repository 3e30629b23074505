import type { Collected, Gap } from '../base/index.ts';
import type { Inventory, OrganizationLevel, PolicyDocument } from '../inventory/index.ts';
import { type CompiledPolicy, compilePolicy, type PolicyKind, type PolicySet } from '../rules/iam/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { type Found, organizationOf } from './principals.ts';
import type { AssumptionName } from './types.ts';
import type { World } from './world.ts';

/** Compiled policies, ready for the iam room. */
export type Policies = PolicySet<CompiledPolicy>;

const NONE: Policies = Object.freeze({ policies: [], gaps: [] });

/** A document is compiled once, however many questions are asked of it. */
const compiled = new WeakMap<PolicyDocument, CompiledPolicy>();

function compile(document: PolicyDocument, kind: PolicyKind): CompiledPolicy {
  const known = compiled.get(document);
  if (known !== undefined) return known;
  const { name, arn, origin } = document;
  const policy = compilePolicy(document.document, { kind, name, origin, ...(arn === undefined ? {} : { arn }) });
  compiled.set(document, policy);
  return policy;
}

/** Policies that stand side by side; a document that is not there is a gap that could allow or deny. */
export function policySet(documents: readonly PolicyDocument[], kind: PolicyKind): Policies {
  if (documents.length === 0) return NONE;
  const known = sets.get(documents);
  if (known !== undefined) return known;
  const policies: CompiledPolicy[] = [];
  const gaps: Gap[] = [];
  for (const document of documents) {
    if (document.gap !== undefined) gaps.push(document.gap);
    else policies.push(compile(document, kind));
  }
  const set = { policies, gaps };
  sets.set(documents, set);
  return set;
}

const sets = new WeakMap<readonly PolicyDocument[], Policies>();
const single = new WeakMap<PolicyDocument, Policies>();

/** One policy alone: a trust policy, a boundary. */
export function onePolicy(document: PolicyDocument, kind: PolicyKind): Policies {
  let set = single.get(document);
  if (set === undefined) {
    set = policySet([document], kind);
    single.set(document, set);
  }
  return set;
}

const ALLOW_ALL: Policies = {
  policies: [
    compilePolicy(
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      { kind: 'identity', name: 'assumed: the caller is allowed' },
    ),
  ],
  gaps: [],
};

/** The identity policies and the boundary of a principal; one gap stands for both when its account is not collected. */
export function identitySide(
  found: Found,
  assume: readonly AssumptionName[],
): { readonly identity: Policies; readonly boundary: Policies | null } {
  if (found.gap !== undefined) {
    if (assume.includes('caller-allowed')) return { identity: ALLOW_ALL, boundary: null };
    const gap: Policies = { policies: [], gaps: [found.gap] };
    return { identity: gap, boundary: gap };
  }
  if (found.principal === undefined) return { identity: NONE, boundary: null };
  const { policies, boundary } = found.principal;
  return {
    identity: policySet(policies, 'identity'),
    boundary: boundary === undefined ? null : onePolicy(boundary, 'boundary'),
  };
}

/**
 * The session policies of a session, where it is a real one. What GetFederationToken was given is not known; of any other
 * session that is only asked about none is taken to be.
 */
export function sessionSide(world: Pick<World, 'live'>, from: Session, caller: Found): Policies | null {
  const own = world.live?.sessionPolicies;
  if (own !== undefined) return policySet(own, 'session');
  return from.principal.kind === 'federated-user' && caller.gap !== undefined ? { policies: [], gaps: [caller.gap] } : null;
}

/** The SCPs over an account, root first. An account in no collected organization is a gap, unless the user says otherwise. */
export function scpsOf(inventory: Inventory, account: string, assume: readonly AssumptionName[]): readonly Policies[] {
  const member = organizationOf(inventory, account)?.member;
  return levels(member?.scps, 'scp', account, assume.includes('no-scp'));
}

/** The RCPs over an account, root first; same gaps. */
export function rcpsOf(inventory: Inventory, account: string, assume: readonly AssumptionName[]): readonly Policies[] {
  const member = organizationOf(inventory, account)?.member;
  return levels(member?.rcps, 'rcp', account, assume.includes('no-rcp'));
}

function levels(
  found: Collected<readonly OrganizationLevel[]> | undefined,
  kind: 'scp' | 'rcp',
  account: string,
  assumedNone: boolean,
): readonly Policies[] {
  if (found?.state === 'collected') return compiledLevels(found.value, kind);
  if (assumedNone) return [];
  return [{ policies: [], gaps: [found?.gap ?? organizationGap(kind, account)] }];
}

const leveled = new WeakMap<readonly OrganizationLevel[], readonly Policies[]>();

function compiledLevels(value: readonly OrganizationLevel[], kind: 'scp' | 'rcp'): readonly Policies[] {
  let sets = leveled.get(value);
  if (sets === undefined) {
    sets = value.map((level) => policySet(level.policies, kind));
    leveled.set(value, sets);
  }
  return sets;
}

function organizationGap(kind: 'scp' | 'rcp', account: string): Gap {
  const name = kind === 'scp' ? 'service control policies' : 'resource control policies';
  return {
    kind: 'gap',
    id: `${kind}:${account}`,
    state: 'notCollected',
    what: `the ${name} over account ${account}`,
    side: account,
    command: 'organizations/o-….json as docs/inventory.md makes it, in the management account',
  };
}
