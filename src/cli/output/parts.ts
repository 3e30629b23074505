import { z } from 'zod';

/** Where something stands; `file` is relative to the inventory. */
export const place = z.strictObject({
  file: z.string(),
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
});

/** A statement of a policy. */
export const statement = z.strictObject({
  policy: z.string().describe('Name of the policy.'),
  arn: z.string().optional(),
  kind: z.enum(['identity', 'boundary', 'session', 'scp', 'rcp', 'resource', 'trust']),
  index: z.int().min(0).describe('0-based place in Statement.'),
  sid: z.string().optional(),
  at: place.optional(),
});

/** Evidence that is missing. */
export const gap = z.strictObject({
  id: z.string(),
  state: z.enum(['refused', 'notCollected', 'unjudged']),
  what: z.string(),
  side: z.string().optional().describe('Account id, cluster ARN or organization id.'),
  command: z.string().optional().describe('The command that produces it.'),
});

/** Evidence that was read in place of an account. */
export const evidence = z.strictObject({
  account: z.string(),
  collectedAt: z.string().optional(),
  as: z.string().optional().describe('ARN of whoever collected it.'),
});

/** What is asked of Kubernetes. */
export const request = z.union([
  z.strictObject({
    verb: z.string(),
    apiGroup: z.string(),
    resource: z.string(),
    subresource: z.string().optional(),
    name: z.string().optional(),
    namespace: z.string().optional(),
  }),
  z.strictObject({ verb: z.string(), path: z.string() }),
]);
