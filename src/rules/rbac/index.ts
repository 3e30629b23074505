export { type AggregationReading, aggregate, selects } from './aggregate.ts';
export {
  atomKey,
  type Coverage,
  compactAtoms,
  compactText,
  covers,
  type RuleAtom,
  ruleAtoms,
  ruleCovers,
  sameAtoms,
} from './atoms.ts';
export { authorize, describe, type HeldRule, rulesFor, SYSTEM_MASTERS } from './authorize.ts';
export { type Bound, type BoundRole, type CompileOptions, compileRbac, findRole, type RbacIndex } from './compile.ts';
export { DEFAULT_BINDINGS } from './defaults/bindings.ts';
export { defaultRoles } from './defaults/roles.ts';
export { type DefaultsOptions, type Filled, withDefaults } from './defaults/with-defaults.ts';
export { forbidden } from './forbidden.ts';
export { type Impersonation, impersonatedUser, impersonationAttributes, impersonationLacks } from './impersonate.ts';
export { type CompiledRule, compileRule, compileRules, firstAllowing, ruleAllows } from './match.ts';
export type { RbacProblem } from './problem.ts';
export { type RbacReading, readRbacObjects } from './read.ts';
export { type Query, requestInfo } from './request-info.ts';
export { attributesOf, isKnownVerb, type RequestWords, type WordedRequest } from './resources/attributes.ts';
export {
  type KnownResource,
  type ResolvedResource,
  resolveResource,
  type UnresolvedResource,
  WELL_KNOWN_RESOURCES,
} from './resources/resolve.ts';
export { type AccessPolicyAllows, type Simulated, simulateEscalation, simulateRbac } from './simulate.ts';
export { firstSubject, parseServiceAccountUser, serviceAccountUser, whomItMeans } from './subject.ts';
export type * from './types.ts';
export { FULL_AUTHORITY, mayWrite, type Write, type WriteDecision } from './write.ts';
