import { z } from 'zod';

/** What `kubeconfig doctor -o json` prints; schema/kubeconfig-doctor.schema.json is made from it. */
export const doctorOutput = z
  .strictObject({
    apiVersion: z.literal('causeway.dev/v1alpha1'),
    kind: z.literal('KubeconfigDoctorAnswer'),
    files: z.array(z.string()).describe('The files that were read, in order.'),
    findings: z.array(
      z.strictObject({
        id: z.enum([
          'unreadable-file',
          'exec-v1alpha1',
          'exec-interactive-mode',
          'role-assumed-twice',
          'profile-and-role',
          'profile-from-shell',
          'profile-missing',
          'shared-user',
          'token-of-other-cluster',
          'dead-context',
          'dead-current-context',
          'command-missing',
          'command-relative',
          'command-npx',
          'no-token-command',
        ]),
        severity: z.enum(['error', 'warning']).describe('An error cannot work; a warning may.'),
        text: z.string(),
        advice: z.string(),
        file: z.string(),
        line: z.int().min(1).optional(),
        column: z.int().min(1).optional(),
        contexts: z.array(z.string()).describe('The contexts that it hits.'),
        repairable: z.boolean().describe('Whether --fix repairs it.'),
        repaired: z.boolean().describe('Whether this run repaired it.'),
      }),
    ),
    exitCode: z.int().min(0).max(4),
  })
  .meta({ title: 'Answer of causeway kubeconfig doctor' });

/** The same as a type. */
export type DoctorOutput = z.infer<typeof doctorOutput>;
