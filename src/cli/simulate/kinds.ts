/** What a line may ask for; `iam` where it does not say. */
export const KINDS = ['iam', 'rbac', 'escalation', 'mapping', 'accessPolicy'] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

/**
 * The fields that a kind reads, where a misspelt one is looked for. A policy under a name that nobody reads would be taken for
 * none, and what it limits for allowed.
 */
export const FIELDS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  iam: [
    'principal',
    'principalFacts',
    'action',
    'resource',
    'resourceAccount',
    'resourceFacts',
    'context',
    'identityPolicies',
    'resourcePolicy',
    'scps',
    'rcps',
    'resourceAccountScps',
    'boundary',
    'sessionPolicy',
  ],
};

/** What a simulator makes of a line: `decision`, `reason` and what its kind adds. Throws an Error that names a wrong field. */
export type LineJudge = (line: unknown) => {
  readonly decision: unknown;
  readonly reason: string;
  readonly [more: string]: unknown;
};

/** The simulator of each hop, loaded when the first line asks for it. */
export const judges: Readonly<Record<Kind, () => Promise<LineJudge>>> = {
  iam: async () => {
    const { simulateIam } = await import('../../rules/iam/index.ts');
    return (line) => ({ ...simulateIam(line) });
  },
  rbac: async () => {
    const { simulateRbac } = await import('../../rules/rbac/index.ts');
    return (line) => ({ ...simulateRbac(line) });
  },
  escalation: async () => {
    const [{ simulateEscalation }, { accessPolicyAllows, checkAccessPolicies }] = await Promise.all([
      import('../../rules/rbac/index.ts'),
      import('./access-policies.ts'),
    ]);
    return (line) => {
      checkAccessPolicies(line);
      return { ...simulateEscalation(line, accessPolicyAllows) };
    };
  },
  mapping: async () => {
    const { simulateMapping } = await import('../../rules/eks/index.ts');
    return (line) => ({ ...simulateMapping(line) });
  },
  accessPolicy: async () => {
    const { simulateAccessPolicy } = await import('../../rules/eks/index.ts');
    return (line) => ({ ...simulateAccessPolicy(line) });
  },
};
