export { CALLER_SESSION_NAME } from './condition.ts';
export { derivedContext, type Given } from './context.ts';
export { decide } from './decide.ts';
export { type ConditionKind, conditionKind, describeCondition, describeFact } from './describe.ts';
export { describeStatement } from './evidence.ts';
export { isMultivalued } from './multivalued.ts';
export {
  type ParsedList,
  type ParsedPolicy,
  type ParsedStatement,
  type PolicyProblem,
  parsePolicy,
} from './parse.ts';
export type { ParsedCondition } from './parse-condition.ts';
export { type CompiledPolicy, compilePolicy } from './policy.ts';
export type { PrincipalEntry } from './principal.ts';
export { type PrincipalFacts, principalFromArn } from './principal-from.ts';
export { type Satisfaction, satisfy } from './satisfy.ts';
export { type SimulatedIam, simulateIam } from './simulate.ts';
export type * from './types.ts';
export { OPEN } from './types.ts';
