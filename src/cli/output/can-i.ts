import { z } from 'zod';
import { gap, place, request, statement } from './parts.ts';

const reason = z
  .strictObject({
    text: z.string().describe('One sentence.'),
    role: z.enum(['decides', 'note']).describe('decides: it carries the verdict; note: worth knowing.'),
    at: place.optional(),
    statement: statement.optional(),
  })
  .describe('Why, with where it stands.');

const hop = z.strictObject({
  number: z.int().min(1),
  kind: z.enum(['assume', 'authenticate', 'map', 'authorize']),
  from: z.string().describe('Who comes in: an ARN or a Kubernetes user.'),
  to: z.string().describe('Who goes out.'),
  verdict: z
    .enum(['allow', 'conditional', 'unknown', 'deny', 'skipped'])
    .describe('skipped: an earlier hop is closed, this one was not judged.'),
  reasons: z.array(reason),
});

const condition = z.strictObject({
  hop: z.int().min(0).describe('0: the session that the caller starts with.'),
  key: z.string(),
  kind: z.enum(['caller', 'shared', 'surroundings']).describe('Who can bring it.'),
  text: z.string(),
  example: z.string().optional().describe('What --given takes to satisfy it.'),
  statement,
});

const remedy = z.strictObject({
  steps: z.array(
    z.strictObject({
      owner: z.string().describe('Account id or cluster ARN whose owner makes the change.'),
      text: z.string(),
      command: z.string(),
      change: z.unknown().describe('The change as data.'),
    }),
  ),
  proven: z.boolean().describe('The changed inventory was judged again.'),
  after: z.enum(['allow', 'conditional', 'unknown']),
  conditions: z.array(condition),
  gains: z.array(z.string()).describe('Who gains what else; empty when nobody does.'),
  grant: z.string().optional().describe('The same wish as YAML of a grants file.'),
});

/** What `can-i -o json` prints; schema/can-i.schema.json is made from it. */
export const canIOutput = z
  .strictObject({
    apiVersion: z.literal('causeway.dev/v1alpha1'),
    kind: z.literal('CanIAnswer'),
    decision: z.enum(['allow', 'deny', 'unknown']),
    wouldBe: z.literal('allow').optional().describe('With unknown: what it would be if the gaps turned out well.'),
    firm: z.boolean().describe('An allow without conditions, or a deny that nothing uncollected could change.'),
    exitCode: z.int().min(0).max(4),
    headline: z.string(),
    caller: z.string(),
    cluster: z.string(),
    request,
    hops: z.array(hop),
    conditions: z.array(condition),
    gaps: z.array(gap),
    assumptions: z.array(z.string()),
    beside: z.array(
      z.strictObject({
        kind: z.enum(['describe', 'reach', 'limit', 'admission']),
        verdict: z.enum(['yes', 'no', 'unknown']),
        text: z.string(),
      }),
    ),
    notes: z.array(reason),
    remedy: remedy.optional(),
    pathsTried: z.int().min(0).optional(),
    alternatives: z.int().min(0).describe('How many other sets of conditions would do.'),
  })
  .meta({ title: 'Answer of causeway can-i' });

/** The same as a type. */
export type CanIOutput = z.infer<typeof canIOutput>;
