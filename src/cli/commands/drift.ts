import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { credentialsFlag, evidenceFlag, formatFlag, grantsFileArgument, regionFlag, textFlag } from '../flags.ts';
import type { Format } from '../output/format.ts';

/** What the command line of `drift` says. */
export interface DriftFlags {
  readonly inventory?: string;
  readonly credentials?: readonly string[];
  readonly evidence?: readonly string[];
  readonly region?: string;
  readonly output?: Format;
}

/** `causeway drift`: what it takes; what it does is loaded when it is called. */
export const drift = buildCommand<DriftFlags, [string?], Context>({
  loader: async () => (await import('./drift.run.ts')).run,
  parameters: {
    flags: {
      inventory: textFlag('A folder instead of what is there now', 'DIR'),
      credentials: credentialsFlag,
      evidence: evidenceFlag,
      region: regionFlag,
      output: formatFlag,
    },
    aliases: { o: 'output' },
    positional: grantsFileArgument,
  },
  docs: {
    brief: 'Says what is not as the last apply of a grants file left it',
    customUsage: [
      '[FILE] [--credentials E]... [--evidence F]... [-o json]',
      '[FILE] --inventory DIR [--evidence F]... [-o json]',
    ],
    fullDescription: [
      'Reads the accounts and clusters of a grants file and compares them with what',
      'was applied, across trust, policies, mapping and RBAC: what somebody changed or',
      'took away, a role that was made again under the same ARN, a permission set with',
      'a new suffix, a policy or binding that gives more. An edited file is no drift,',
      'and is said apart. Nothing is written. An account with --evidence is read from',
      'what its owner sent in the last seven days.',
      '',
      'Exit codes: 0 nothing drifted; 1 something did; 2 wrong use, or a file that is',
      'wrong; 3 nothing did in what could be seen; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway drift causeway.yaml --credentials platform=profile:audit',
      '  causeway drift --inventory inventory -o json',
    ].join('\n'),
  },
});
