import { z } from 'zod';
import { gap } from './parts.ts';

const rules = z.array(
  z.strictObject({
    apiGroups: z.array(z.string()).optional(),
    resources: z.array(z.string()).optional(),
    resourceNames: z.array(z.string()).optional(),
    nonResourceURLs: z.array(z.string()).optional(),
    verbs: z.array(z.string()),
  }),
);

/** What `diff -o json` prints. */
export const accessDiffOutput = z
  .strictObject({
    apiVersion: z.literal('causeway.dev/v1alpha1'),
    kind: z.literal('AccessDiff'),
    old: z.string(),
    new: z.string(),
    changes: z.array(
      z.strictObject({
        cluster: z.string(),
        kind: z.enum(['aws', 'kubernetes']).describe('kubernetes: a user or group as bindings name it.'),
        principal: z
          .string()
          .describe(
            'An ARN; arn:…:root for whoever an account lets through that nobody collected; * for anybody; User:… or Group:….',
          ),
        scope: z.string().describe('A namespace, or a pattern with a closing *; empty: the whole cluster.'),
        gained: rules,
        lost: rules,
        certainty: z.enum(['sure', 'conditional', 'unknown']).describe('How the gain stands now, or the loss stood before.'),
        otherwise: z
          .enum(['none', 'unknown', 'conditional', 'sure'])
          .describe('How a gain stood before, or what is left of a loss.'),
        conditions: z.array(
          z.strictObject({
            hop: z.int().min(0),
            key: z.string(),
            kind: z.enum(['caller', 'shared', 'surroundings']),
            text: z.string(),
            example: z.string().optional(),
          }),
        ),
        gaps: z.array(gap),
        via: z.array(z.string()).describe('The roles on the way, in order.'),
        powers: z.array(z.strictObject({ code: z.string(), text: z.string() })),
      }),
    ),
    gaps: z.array(gap).describe('What nobody collected and through which somebody else might gain or lose.'),
    exitCode: z.int().min(0).max(4),
  })
  .meta({ title: 'Answer of causeway diff' });

/** The same as a type. */
export type AccessDiffOutput = z.infer<typeof accessDiffOutput>;
