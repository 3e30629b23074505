import type { Operation } from '../sts/index.ts';

/** The operations of IAM that the lab plays. */
export const IAM_OPERATIONS: Readonly<Record<string, Operation>> = {};
