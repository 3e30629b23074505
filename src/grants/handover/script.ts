import { escapeForTerminal, shellQuote, shellWord } from '../../base/index.ts';
import type { Step } from '../types.ts';
import { clusterOf } from './arns.ts';
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
  for (const step of steps) {
    const { resource } = step;
    if (usesKubectl(step) && 'clusterArn' in resource && resource.clusterArn !== cluster) {
      cluster = resource.clusterArn;
      lines.push('', ...connect(cluster));
    }
    // A line break in a name from outside would end the comment.
    lines.push('', `# ${escapeForTerminal(describeStep(step))}`, ...commandsOf(step));
  }
  lines.push('', `echo ${shellQuote(`the part of account ${account} is done`)}`);
  return `${lines.join('\n')}\n`;
}

function usesKubectl({ resource }: Step): boolean {
  return resource.kind === 'rbac-object' || resource.kind === 'aws-auth-row';
}

/** A kubeconfig of its own, so that kubectl cannot be pointed at another cluster. */
function connect(clusterArn: string): readonly string[] {
  const { region, name } = clusterOf(clusterArn);
  return [
    `# kubectl, for ${clusterArn} alone`,
    'KUBECONFIG=$(mktemp)',
    `trap 'rm -f "$KUBECONFIG"' EXIT`,
    'export KUBECONFIG',
    `aws eks update-kubeconfig --region ${shellWord(region)} --name ${shellWord(name)} >/dev/null`,
  ];
}
