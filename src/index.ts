/**
 * Causeway as a library: who can do what on which EKS cluster, through which hops, and why.
 *
 * @packageDocumentation
 */
export * from './access/index.ts';
export type { Collected, Gap, Literal, Origin, Unsettled, Way, Ways } from './base/index.ts';
export type * from './grants/index.ts';
export * from './inventory/index.ts';
export * as arn from './rules/arn/index.ts';
export * as eks from './rules/eks/index.ts';
export * as iam from './rules/iam/index.ts';
export * as rbac from './rules/rbac/index.ts';
export * as sts from './rules/sts/index.ts';
