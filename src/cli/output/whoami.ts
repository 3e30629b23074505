import { z } from 'zod';
import { gap, place } from './parts.ts';

/** What `whoami --as … -o json` prints. */
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

/** What `whoami -o json` prints without --as: what AWS and the cluster said. */
const whoamiLiveOutput = z
  .strictObject({
    apiVersion: z.literal('causeway.dev/v1alpha1'),
    kind: z.literal('WhoamiLiveAnswer'),
    caller: z.string().describe('The ARN that STS names.'),
    account: z.string(),
    userId: z.string(),
    canonical: z.string().describe('The ARN that a cluster compares.'),
    source: z.string().describe('Where the first credentials came from.'),
    profile: z.string().optional(),
    region: z.string(),
    expires: z.iso.datetime().optional().describe('Absent for keys that do not expire.'),
    hops: z.array(
      z.strictObject({
        role: z.string(),
        by: z.string().describe('Who asked for it: a profile, or --role.'),
        how: z.enum(['assumed', 'cached', 'already']),
        session: z.string(),
      }),
    ),
    kubernetes: z
      .strictObject({
        cluster: z.string(),
        result: z.enum(['known', 'unauthorized', 'unknown']),
        username: z.string().optional(),
        groups: z.array(z.string()).optional(),
        uid: z.string().optional(),
        reason: z.string().optional().describe('Why it is not known.'),
      })
      .optional()
      .describe('Only where a cluster was named.'),
    exitCode: z.int().min(0).max(4),
  })
  .meta({ title: 'Answer of causeway whoami, live' });

/** Both; schema/whoami.schema.json is made from it. */
export const anyWhoamiOutput = z.union([whoamiOutput, whoamiLiveOutput]).meta({ title: 'Answers of causeway whoami' });

/** The live one as a type. */
export type WhoamiLiveOutput = z.infer<typeof whoamiLiveOutput>;

/** The same as a type. */
export type WhoamiOutput = z.infer<typeof whoamiOutput>;
