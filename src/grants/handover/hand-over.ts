import { stringify } from 'yaml';
import { isSessionsPolicy } from '../sessions.ts';
import type { Step } from '../types.ts';
import { clusterOf, namedIn, permissionSetOf } from './arns.ts';
import { cloudFormation, cloudFormationLeavesOut } from './cloudformation.ts';
import { readme } from './readme.ts';
import { script } from './script.ts';
import { terraform, terraformLeavesOut } from './terraform.ts';

/** A file for the owner of an account, below a folder that is the account's. */
export interface HandOverFile {
  /** `222222222222/commands.sh` */
  readonly path: string;
  readonly text: string;
}

/** From which grants file it comes. */
export interface HandOverOptions {
  /** `name:` of the grants file. */
  readonly file: string;
  /** A kubeconfig for those whom the file lets in from an account. */
  readonly kubeconfig?: (account: string) => string | undefined;
}

/**
 * What the owners of other accounts need to make their part of a plan: for each account the same steps as a script for the
 * aws CLI, as Terraform, as CloudFormation and as plain policy documents, with a page that says what it is for.
 *
 * @param steps those handed over; what is done already is left out
 */
export function handOver(
  steps: readonly Step[],
  { file, kubeconfig = () => undefined }: HandOverOptions,
): readonly HandOverFile[] {
  const open = steps.filter(({ state }) => state !== 'done');
  const accounts = [...new Set(open.map(({ account }) => account))].sort();
  return accounts.flatMap((account) => {
    const own = open.filter((step) => step.account === account);
    const files = [...documents(own), ...kubernetes(own), ...configurations(account, own)];
    const login = kubeconfig(account);
    const logins = login === undefined ? [] : [{ path: 'kubeconfig', text: login }];
    const all = [{ path: 'commands.sh', text: script(account, file, own) }, ...files, ...logins];
    const page = { path: 'README.md', text: readme(account, file, own, all) };
    return [page, ...all].map(({ path, text }) => ({ path: `${account}/${path}`, text }));
  });
}

function configurations(account: string, steps: readonly Step[]): readonly HandOverFile[] {
  const files: HandOverFile[] = [];
  if (steps.some((step) => !terraformLeavesOut(step))) files.push({ path: 'main.tf', text: terraform(account, steps) });
  if (steps.some((step) => !cloudFormationLeavesOut(step, steps))) {
    const templates = cloudFormation(steps);
    for (const { region, template } of templates) {
      const name = templates.length === 1 ? 'cloudformation.json' : `cloudformation-${region}.json`;
      files.push({ path: name, text: `${JSON.stringify(template, null, 2)}\n` });
    }
  }
  return files;
}

/** Policy documents alone, for whoever has another way to bring them in. */
function documents(steps: readonly Step[]): readonly HandOverFile[] {
  return steps.flatMap(({ resource, verb }): HandOverFile[] => {
    if (verb === 'delete') return [];
    if (resource.kind === 'role') {
      return [
        { path: `policies/${namedIn(resource.arn).name}.trust.json`, text: `${JSON.stringify(resource.trust, null, 2)}\n` },
      ];
    }
    if (resource.kind !== 'inline-policy' || isSessionsPolicy(resource)) return [];
    const holder = permissionSetOf(resource.principalArn) ?? namedIn(resource.principalArn).name;
    return [{ path: `policies/${holder}.${resource.name}.json`, text: `${JSON.stringify(resource.document, null, 2)}\n` }];
  });
}

/** The RBAC objects of each cluster, as `kubectl apply -f` takes them. */
function kubernetes(steps: readonly Step[]): readonly HandOverFile[] {
  const byCluster = new Map<string, string[]>();
  for (const { resource, verb } of steps) {
    if (resource.kind !== 'rbac-object' || verb === 'delete') continue;
    const texts = byCluster.get(resource.clusterArn) ?? [];
    texts.push(stringify(resource.manifest, { lineWidth: 0 }));
    byCluster.set(resource.clusterArn, texts);
  }
  return [...byCluster].map(([arn, texts]) => {
    const { region, name } = clusterOf(arn);
    return { path: `kubernetes/${region}-${name}.yaml`, text: texts.join('---\n') };
  });
}
