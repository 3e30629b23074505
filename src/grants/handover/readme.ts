import type { Step } from '../types.ts';
import { cloudFormationLeavesOut } from './cloudformation.ts';
import type { HandOverFile } from './hand-over.ts';
import { terraformLeavesOut } from './terraform.ts';
import { describeStep } from './words.ts';

/** The page that the owner of an account reads first. */
export function readme(account: string, file: string, steps: readonly Step[], files: readonly HandOverFile[]): string {
  const has = (name: string): boolean => files.some(({ path }) => path === name || path.startsWith(`${name}/`));
  const lines = [
    `# Account ${account}: your part of ${file}`,
    '',
    `The grants file \`${file}\` declares who may use which EKS cluster. This much of it can only be done by the owner of`,
    `account ${account}:`,
    '',
    ...steps.flatMap((step) => [`- ${describeStep(step)} (grant \`${step.grant}\`)`, ...step.notes.map((note) => `  - ${note}`)]),
    '',
    'Take one of these ways; they come to the same:',
    '',
    '- `commands.sh`: the aws CLI and kubectl; read it, then run it with credentials of your account. It can be run again.',
  ];
  if (has('main.tf')) lines.push(`- \`main.tf\`: Terraform with the AWS provider.${without(steps, terraformLeavesOut)}`);
  const templates = files.filter(({ path }) => path.startsWith('cloudformation')).map(({ path }) => `\`${path}\``);
  if (templates.length > 0) {
    const left = without(steps, (step) => cloudFormationLeavesOut(step, steps));
    lines.push(`- ${templates.join(', ')}: CloudFormation, with \`--capabilities CAPABILITY_NAMED_IAM\`.${left}`);
  }
  if (has('policies')) lines.push('- `policies/`: the policy documents alone, for any other way.');
  if (has('kubernetes')) lines.push('- `kubernetes/`: the objects of each cluster, for `kubectl apply -f`.');
  if (has('kubeconfig')) {
    const use =
      '`kubeconfig` is for those who are let in: `kubectl --kubeconfig kubeconfig config get-contexts` names their contexts.';
    lines.push('', use);
  }
  lines.push(
    '',
    'Nothing here gives away rights of your account beyond what the list above says: every policy names its roles or',
    'clusters exactly, and no pattern of them.',
    '',
    `When it is done, \`causeway evidence --account ${account}\` (or the command that it prints) writes what stands now, for`,
    'whoever keeps the grants file.',
    '',
  );
  return lines.join('\n');
}

function without(steps: readonly Step[], leavesOut: (step: Step) => boolean): string {
  const left = steps.filter(leavesOut);
  if (left.length === 0) return '';
  return ` Not in it, and so still to be done by \`commands.sh\`: ${left.map(describeStep).join('; ')}.`;
}
