import type { Json, Resource } from '../../inventory/index.ts';
import { isSessionsPolicy } from '../sessions.ts';
import type { Step } from '../types.ts';
import { clusterOf, namedIn, permissionSetOf } from './arns.ts';
import { aligned, hclString, hclValue } from './hcl.ts';
import { isEntryOf, regionsOf } from './steps.ts';
import { importId, labels } from './terraform-names.ts';

/**
 * The steps of one account as a Terraform configuration for the AWS provider; what stands already is imported, so that
 * `terraform apply` changes it and makes nothing twice. Steps that AWS has no resource for (RBAC objects, rows of
 * aws-auth) and deletions are left out: `terraformLeavesOut` says which.
 *
 * @param steps of one account
 */
export function terraform(account: string, steps: readonly Step[]): string {
  const wanted = steps.filter((step) => !terraformLeavesOut(step));
  const names = labels(wanted.map(({ resource }) => resource));
  const regions = regionsOf(wanted);
  const blocks = [HEAD, ...providers(account, regions)];
  for (const step of wanted) {
    const { type, body } = block(step.resource, names, wanted, regions);
    const label = names.get(step.resource) ?? '';
    if (step.present !== undefined) {
      const at = 'clusterArn' in step.resource ? provider(step.resource.clusterArn, regions) : [];
      const lines: readonly Line[] = [...at, ['to', `${type}.${label}`], ['id', hclString(importId(step.resource))]];
      blocks.push(`import {\n${aligned(lines, '  ')}}\n`);
    }
    blocks.push(`resource "${type}" "${label}" {\n${body}}\n`);
  }
  return blocks.join('\n');
}

/** Whether a step cannot be said in Terraform's AWS provider, and so has to be made in another way. */
export function terraformLeavesOut({ verb, resource, replace }: Step): boolean {
  // What is there has to go first, and an import would keep it.
  if (replace === true) return true;
  if (resource.kind === 'inline-policy' && permissionSetOf(resource.principalArn) !== undefined) return true;
  // Its moment is that of the writing, which no configuration says and stays the same.
  if (isSessionsPolicy(resource)) return true;
  return verb === 'delete' || resource.kind === 'rbac-object' || resource.kind === 'aws-auth-row';
}

/** The provider's version is the one that the configuration was applied with. */
const HEAD = `terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}
`;

/** The account is said, so that the wrong credentials change nothing; a region beyond the first is a provider of its own. */
function providers(account: string, regions: readonly string[]): readonly string[] {
  const allowed = ['allowed_account_ids', `[${hclString(account)}]`] as const;
  const [first, ...others] = regions;
  const main = first === undefined ? [allowed] : [['region', hclString(first)] as const, allowed];
  return [
    `provider "aws" {\n${aligned(main, '  ')}}\n`,
    ...others.map(
      (region) =>
        `provider "aws" {\n${aligned([['alias', hclString(alias(region))], ['region', hclString(region)], allowed], '  ')}}\n`,
    ),
  ];
}

function alias(region: string): string {
  return region.replaceAll('-', '_');
}

type Line = readonly [key: string, value: string];

function block(
  resource: Resource,
  names: ReadonlyMap<Resource, string>,
  steps: readonly Step[],
  regions: readonly string[],
): { readonly type: string; readonly body: string } {
  switch (resource.kind) {
    case 'role': {
      const { name, path } = namedIn(resource.arn);
      return body('aws_iam_role', [
        ['name', hclString(name)],
        ['path', hclString(path)],
        ['description', hclString(resource.description)],
        ['max_session_duration', String(resource.maxSessionDuration)],
        ['assume_role_policy', encoded(resource.trust)],
        ['tags', hclValue(resource.tags, 2)],
      ]);
    }
    case 'inline-policy': {
      const { kind, name } = namedIn(resource.principalArn);
      const made = steps.find((step) => step.resource.kind === 'role' && step.resource.arn === resource.principalArn);
      const label = made === undefined ? undefined : names.get(made.resource);
      return body(kind === 'user' ? 'aws_iam_user_policy' : 'aws_iam_role_policy', [
        ['name', hclString(resource.name)],
        [kind, label === undefined ? hclString(name) : `aws_iam_role.${label}.name`],
        ['policy', encoded(resource.document)],
      ]);
    }
    case 'access-entry':
      return body('aws_eks_access_entry', [
        ...provider(resource.clusterArn, regions),
        ['cluster_name', hclString(clusterOf(resource.clusterArn).name)],
        ['principal_arn', principal(resource.principalArn, names, steps)],
        ...(resource.username === undefined ? [] : [['user_name', hclString(resource.username)] as const]),
        ['kubernetes_groups', hclValue(resource.groups, 2)],
        ['tags', hclValue(resource.tags, 2)],
      ]);
    case 'access-policy': {
      const { name } = clusterOf(resource.clusterArn);
      const entry = steps.find((step) => isEntryOf(step, resource));
      const label = entry === undefined ? undefined : names.get(entry.resource);
      const cluster = resource.namespaces.length === 0;
      const scope = cluster
        ? aligned([['type', '"cluster"']], '    ')
        : aligned(
            [
              ['type', '"namespace"'],
              ['namespaces', hclValue(resource.namespaces)],
            ],
            '    ',
          );
      return {
        type: 'aws_eks_access_policy_association',
        body: `${aligned(
          [
            ...provider(resource.clusterArn, regions),
            ['cluster_name', hclString(name)],
            // By the entry, where it is made here too: it has to stand first.
            [
              'principal_arn',
              label === undefined ? hclString(resource.principalArn) : `aws_eks_access_entry.${label}.principal_arn`,
            ],
            ['policy_arn', hclString(resource.policyArn)],
          ],
          '  ',
        )}\n  access_scope {\n${scope}  }\n`,
      };
    }
    default:
      throw new Error(`no resource of the AWS provider for ${resource.kind}`);
  }
}

function body(type: string, lines: readonly Line[]): { readonly type: string; readonly body: string } {
  return { type, body: aligned(lines, '  ') };
}

function encoded(document: Json): string {
  return `jsonencode(${hclValue(document, 2)})`;
}

function principal(arn: string, names: ReadonlyMap<Resource, string>, steps: readonly Step[]): string {
  const role = steps.find(({ resource }) => resource.kind === 'role' && resource.arn === arn);
  const label = role === undefined ? undefined : names.get(role.resource);
  return label === undefined ? hclString(arn) : `aws_iam_role.${label}.arn`;
}

function provider(clusterArn: string, regions: readonly string[]): readonly Line[] {
  const { region } = clusterOf(clusterArn);
  return region === regions[0] ? [] : [['provider', `aws.${alias(region)}`]];
}
