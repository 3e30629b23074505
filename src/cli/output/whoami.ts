import { z } from 'zod';
import { gap, place } from './parts.ts';

/** What `whoami -o json` prints; schema/whoami.schema.json is made from it. */
export const whoamiOutput = z
  .strictObject({
    apiVersion: z.literal('causeway.dev/v1alpha1'),
    kind: z.literal('WhoamiAnswer'),
    caller: z.string(),
    cluster: z.string(),
    canonical: z.string().describe('The ARN that the cluster compares.'),
    result: z.enum(['mapped', 'unauthorized', 'unknown']),
    username: z.string().nullable(),
    groups: z.array(z.string()),
    by: z.enum(['accessEntry', 'mapRoles', 'mapUsers', 'mapAccounts', 'creator']).nullable(),
    at: place.optional(),
    reason: z.string(),
    policies: z.array(
      z.strictObject({
        policyArn: z.string(),
        scope: z.string(),
        namespaces: z.array(z.string()),
        at: place.optional(),
      }),
    ),
    notes: z.array(z.strictObject({ code: z.string(), text: z.string(), at: place.optional() })),
    gaps: z.array(gap),
    exitCode: z.int().min(0).max(4),
  })
  .meta({ title: 'Answer of causeway whoami' });

/** The same as a type. */
export type WhoamiOutput = z.infer<typeof whoamiOutput>;
