import { escapeForTerminal, shellQuote, shellWord } from '../../base/index.ts';
import type { Step } from '../types.ts';
import { clusterOf, permissionSetOf } from './arns.ts';
import { commandsOf } from './commands.ts';
import { describeStep } from './words.ts';

/** All steps of an account as one shell script that ends at once with the wrong credentials and may be run again. */
export function script(account: string, file: string, steps: readonly Step[]): string {
  const lines = [
    '#!/bin/sh',
    `# What account ${account} does for the grants file ${file}. It may be run again.`,
    'set -eu',
    'account=$(aws sts get-caller-identity --query Account --output text)',
    `if [ "$account" != ${account} ]; then`,
    `  echo "these credentials are of account $account, and this is for ${account}: nothing was done" >&2`,
    '  exit 1',
    'fi',
  ];
  let cluster = '';
  let count = 0;
  for (const step of steps) {
    const { resource } = step;
    if (usesKubectl(step) && 'clusterArn' in resource && resource.clusterArn !== cluster) {
      cluster = resource.clusterArn;
      if (count === 0) lines.push('', 'folder=$(mktemp -d)', `trap 'rm -rf "$folder"' EXIT`);
      count += 1;
      lines.push('', ...connect(cluster, count));
    }
    // A line break in a name from outside would end the comment.
    lines.push('', `# ${escapeForTerminal(describeStep(step))}`, ...commandsOf(step));
  }
  const byHand = steps.filter(
    ({ resource }) => resource.kind === 'inline-policy' && permissionSetOf(resource.principalArn) !== undefined,
  );
  const all = byHand.length === steps.length ? 'nothing' : 'the rest';
  const end =
    byHand.length === 0
      ? [`the part of account ${account} is done`]
      : [
          `${all} of the part of account ${account} is done; still to do by hand, as the comments of this script say:`,
          ...byHand.map((step) => `- ${escapeForTerminal(describeStep(step))}`),
        ];
  lines.push('', ...end.map((line) => `echo ${shellQuote(line)}`));
  return `${lines.join('\n')}\n`;
}

function usesKubectl({ resource }: Step): boolean {
  return resource.kind === 'rbac-object' || resource.kind === 'aws-auth-row';
}

/** A kubeconfig of its own, so that kubectl cannot be pointed at another cluster. */
function connect(clusterArn: string, count: number): readonly string[] {
  const { region, name } = clusterOf(clusterArn);
  return [
    `# kubectl, for ${clusterArn} alone`,
    `KUBECONFIG=$folder/${count}`,
    'export KUBECONFIG',
    `aws eks update-kubeconfig --region ${shellWord(region)} --name ${shellWord(name)} >/dev/null`,
  ];
}
