import { z } from 'zod';
import { evidence, gap } from './parts.ts';

const note = z.strictObject({ code: z.string(), grant: z.string().optional(), text: z.string() });

/** A resource as a step carries it; its fields depend on its kind. */
const resource = z.looseObject({
  kind: z.enum(['role', 'inline-policy', 'access-entry', 'access-policy', 'aws-auth-row', 'rbac-object']),
});

const atom = z.union([
  z.strictObject({
    kind: z.literal('resource'),
    apiGroup: z.string(),
    resource: z.string(),
    verb: z.string(),
    name: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('url'), url: z.string(), verb: z.string() }),
]);

/** Who gains and who loses what. */
export const accessChange = z.strictObject({
  clusterArn: z.string(),
  kind: z.enum(['aws', 'kubernetes']),
  principal: z.string(),
  scope: z.string().describe('Namespace or pattern; empty: the whole cluster.'),
  gained: z.array(atom),
  lost: z.array(atom),
  certainty: z.enum(['sure', 'conditional', 'unknown']),
  otherwise: z.enum(['none', 'unknown', 'conditional', 'sure']).describe('How a gain stood before, or what is left of a loss.'),
  gaps: z.array(gap),
  powers: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  conditions: z.array(z.strictObject({ key: z.string(), text: z.string() })),
  via: z.array(z.string()),
});

/** What `plan -o json` prints; schema/plan.schema.json is made from it. */
export const planOutput = z
  .strictObject({
    apiVersion: z.literal('causeway.dev/v1alpha1'),
    kind: z.literal('Plan'),
    file: z.string().describe('Name of the grants file.'),
    exitCode: z.int().min(0).max(4),
    steps: z.array(
      z.strictObject({
        id: z.string().describe('The same in each plan.'),
        verb: z.enum(['create', 'update', 'delete']),
        state: z.enum(['done', 'to-do', 'other-owner', 'not-visible']),
        replace: z.literal(true).optional().describe('It is deleted and made anew.'),
        account: z.string(),
        grant: z.string(),
        resource,
        present: resource.optional(),
        after: z.array(z.string()).describe('Ids of steps that come first.'),
        notes: z.array(z.string()),
      }),
    ),
    diff: z.strictObject({ changes: z.array(accessChange), gaps: z.array(gap) }),
    lockOuts: z.array(
      z.strictObject({
        clusterArn: z.string(),
        who: z.enum(['caller', 'administrators', 'node-role']),
        principal: z.string().optional(),
        text: z.string(),
        steps: z.array(z.string()),
      }),
    ),
    refusals: z.array(note),
    warnings: z.array(note),
    gaps: z.array(gap),
    evidence: z.array(evidence).describe('Accounts that were not looked at themselves.'),
  })
  .meta({ title: 'Answer of causeway plan' });

/** The same as a type. */
export type PlanOutput = z.infer<typeof planOutput>;
