import type { Gap } from '../../src/base/index.ts';
import {
  type CompiledPolicy,
  type Context,
  type ContextValue,
  compilePolicy,
  type IamRequest,
  type PolicyKind,
  type PolicySet,
  principalFromArn,
} from '../../src/rules/iam/index.ts';
import { contextValue, type Document, type IamCase } from '../oracle/iam-case.ts';

/** Parts of the evidence of a case that can be hidden. */
export type Part = 'identity' | 'boundary' | 'session' | 'scps' | 'rcps' | 'resource' | 'one identity policy' | 'one level';

/** What is hidden of a case: parts that nobody collected, and condition keys (in lower case) with what stands in their place. */
export interface Hidden {
  readonly parts: ReadonlySet<Part>;
  readonly keys: ReadonlyMap<string, ContextValue>;
}

export const NOTHING: Hidden = { parts: new Set(), keys: new Map() };

/** A gap as an inventory would report it. */
export function gapOf(what: string): Gap & { readonly state: 'notCollected' } {
  return { kind: 'gap', id: what, state: 'notCollected', what };
}

/** The request of a case with some of its evidence hidden. */
export function requestOf(case_: IamCase, hidden: Hidden = NOTHING): IamRequest<CompiledPolicy> {
  const own = case_.action.toLowerCase().startsWith('sts:') ? 'trust' : 'resource';
  const hides = (part: Part): boolean => hidden.parts.has(part);
  const set = (
    documents: readonly Document[],
    kind: PolicyKind,
    isHidden: boolean,
    lessOne = false,
  ): PolicySet<CompiledPolicy> => {
    if (isHidden) return { policies: [], gaps: [gapOf(kind)] };
    const kept = lessOne ? documents.slice(1) : documents;
    const policies = kept.map((document, i) => compilePolicy(document, { kind, name: `${kind} ${i + 1}` }));
    return { policies, gaps: kept.length < documents.length ? [gapOf(`one ${kind} policy`)] : [] };
  };
  const optional = (document: Document | null, kind: PolicyKind, part: Part): PolicySet<CompiledPolicy> | null =>
    document === null ? null : set([document], kind, hides(part));
  const levels = (all: readonly (readonly Document[])[], kind: 'scp' | 'rcp'): readonly PolicySet<CompiledPolicy>[] =>
    all.map((level, i) => set(level, kind, hides(`${kind}s`) || (i === 0 && hides('one level'))));
  const context: Context = (key) => {
    if (hidden.keys.has(key)) return hidden.keys.get(key);
    return contextValue(case_.context, key);
  };
  const { managementAccount, ...facts } = case_.principalFacts ?? {};
  return {
    principal: principalFromArn(case_.principal, { ...facts, ...(managementAccount === undefined ? {} : { managementAccount }) }),
    action: case_.action,
    resource: case_.resource,
    resourceAccount: case_.resourceAccount,
    context,
    identity: set(case_.identityPolicies, 'identity', hides('identity'), hides('one identity policy')),
    boundary: optional(case_.boundary, 'boundary', 'boundary'),
    session: optional(case_.sessionPolicy, 'session', 'session'),
    scps: levels(case_.scps, 'scp'),
    rcps: levels(case_.rcps, 'rcp'),
    resourcePolicy: optional(case_.resourcePolicy, own, 'resource'),
    resourceInManagementAccount: case_.resourceFacts?.managementAccount ?? false,
  };
}
