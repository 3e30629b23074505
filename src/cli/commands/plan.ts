import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { credentialsFlag, evidenceFlag, formatFlag, grantsFileArgument, switchFlag, textFlag } from '../flags.ts';
import type { Format } from '../output/format.ts';

/** What the command line of `plan` says. */
export interface PlanFlags {
  readonly inventory?: string;
  readonly live?: boolean;
  readonly region?: string;
  readonly credentials?: readonly string[];
  readonly evidence?: readonly string[];
  readonly mine?: boolean;
  readonly adopt?: boolean;
  readonly all?: boolean;
  readonly handOver?: string;
  readonly output?: Format;
}

/** `causeway plan`: what it takes; what it does is loaded when it is called. */
export const plan = buildCommand<PlanFlags, [string?], Context>({
  loader: async () => (await import('./plan.run.ts')).run,
  parameters: {
    flags: {
      inventory: textFlag('Folder (else CAUSEWAY_INVENTORY, else ./inventory)', 'DIR'),
      live: switchFlag('Read what is there now, in place of a folder'),
      region: textFlag('With --live: where STS is asked', 'R'),
      credentials: credentialsFlag,
      evidence: evidenceFlag,
      mine: switchFlag('Be content when your own accounts are done'),
      adopt: switchFlag('Take over what is there and is not ours'),
      all: switchFlag('Show what is done already, too'),
      handOver: textFlag('Write what others have to do into a new folder', 'DIR'),
      output: formatFlag,
    },
    aliases: { o: 'output' },
    positional: grantsFileArgument,
  },
  docs: {
    brief: 'Says what a grants file would change, and who gains what by it',
    customUsage: [
      '[FILE] [--inventory DIR] [--credentials E]... [--adopt] [--mine]',
      '[FILE] --live [--credentials E]... [--evidence F]... [-o json]',
    ],
    fullDescription: [
      'Compares a grants file with what exists and prints the steps that lead from',
      'the one to the other, by account and cluster, in the order in which they are',
      'made. No account or cluster is written to; --live alone asks them, --hand-over',
      'alone writes, into a new folder on this machine.',
      '',
      'A step is to do, done, of another owner (an account that is not yours, or a',
      'thing that is not ours to write), or not visible: the inventory lacks it.',
      'Which accounts are yours --credentials and the file say; where nothing says',
      'it, all are. With --live those are yours that could be entered. An account with',
      '--evidence is read from what its owner sent, and its steps are for its owner;',
      'with --live it may be seven days old.',
      '',
      '--hand-over writes the steps of other owners into a folder, one for each',
      'account: a script, Terraform, CloudFormation, the policies, a kubeconfig.',
      '',
      'Exit codes: 0 nothing to do; 1 there is; 2 wrong use, or a file that is',
      'wrong; 3 cannot tell: nothing to do in what can be seen; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway plan causeway.yaml --inventory inventory',
      '  causeway plan --live --credentials platform=profile:platform-admin --mine',
      '  causeway plan --live --credentials platform=profile:p \\',
      '    --evidence delivery.evidence --hand-over for-others',
      '  causeway plan -o json | jq ".steps[] | select(.state == \\"to-do\\")"',
    ].join('\n'),
  },
});
