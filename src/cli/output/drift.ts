import { z } from 'zod';
import { evidence, gap } from './parts.ts';

const finding = z.strictObject({
  code: z.enum(['changed', 'gone', 'recreated', 'renamed', 'extra', 'edited', 'not-applied']),
  grant: z.string(),
  step: z.string().optional().describe('Id of the step of `plan` that sets it right.'),
  text: z.string(),
});

/** What `drift -o json` prints; schema/drift.schema.json is made from it. */
export const driftOutput = z
  .strictObject({
    apiVersion: z.literal('causeway.dev/v1alpha1'),
    kind: z.literal('Drift'),
    file: z.string().describe('Name of the grants file.'),
    exitCode: z.int().min(0).max(4),
    drifted: z.array(finding).describe('Somebody or something changed what was applied.'),
    pending: z.array(finding).describe('No drift: the file was edited, or a grant was never applied.'),
    gaps: z.array(gap),
    unseen: z.array(z.strictObject({ id: z.string(), grant: z.string(), notes: z.array(z.string()) })),
    evidence: z.array(evidence).describe('Accounts that were not looked at themselves.'),
  })
  .meta({ title: 'Answer of causeway drift' });

/** The same as a type. */
export type DriftOutput = z.infer<typeof driftOutput>;
