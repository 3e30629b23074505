import type { AccessEntryResource, Json } from '../../inventory/index.ts';
import { isSessionsPolicy } from '../sessions.ts';
import type { Step } from '../types.ts';
import { clusterOf, namedIn, permissionSetOf } from './arns.ts';
import { isEntryOf, regionsOf } from './steps.ts';

/** A template for one region, since a stack is in one; what is of no region is in the first. */
export interface Template {
  /** Empty where nothing of it says a region: any will do. */
  readonly region: string;
  readonly template: { readonly [key: string]: Json };
}

/**
 * The steps of one account as CloudFormation templates. CloudFormation cannot change what a stack did not make, and knows
 * no RBAC objects, no rows of aws-auth and no access policy apart from its entry: `cloudFormationLeavesOut` says which.
 * Source: CloudFormation template reference, AWS::IAM::Role, AWS::IAM::RolePolicy, AWS::IAM::UserPolicy, AWS::EKS::AccessEntry.
 *
 * @param steps of one account
 */
export function cloudFormation(steps: readonly Step[]): readonly Template[] {
  const wanted = steps.filter((step) => !cloudFormationLeavesOut(step, steps));
  const regions = [...regionsOf(wanted)];
  if (regions.length === 0 && wanted.length > 0) regions.push('');
  return regions.map((region, index) => ({ region, template: templateOf(region, index === 0, wanted) }));
}

/** Whether a step cannot be said in a template, and so has to be made in another way. */
export function cloudFormationLeavesOut({ verb, resource }: Step, all: readonly Step[]): boolean {
  // Its moment is that of the writing.
  if (isSessionsPolicy(resource)) return true;
  if (resource.kind === 'inline-policy') return verb === 'delete' || permissionSetOf(resource.principalArn) !== undefined;
  if (resource.kind === 'access-policy') return !all.some((step) => isEntryOf(step, resource) && step.verb === 'create');
  return verb !== 'create' || resource.kind === 'rbac-object' || resource.kind === 'aws-auth-row';
}

function templateOf(region: string, first: boolean, steps: readonly Step[]): Template['template'] {
  const resources: Record<string, Json> = {};
  const ids = new Map<string, string>();
  const add = (base: string, value: Json): string => {
    const id = unused(base, resources);
    resources[id] = value;
    return id;
  };
  for (const { resource } of first ? steps : []) {
    if (resource.kind !== 'role') continue;
    const { name, path } = namedIn(resource.arn);
    const id = add(`Role ${name}`, {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: name,
        Path: path,
        Description: resource.description,
        MaxSessionDuration: resource.maxSessionDuration,
        AssumeRolePolicyDocument: resource.trust,
        Tags: tagList(resource.tags),
      },
    });
    ids.set(resource.arn, id);
  }
  for (const { resource } of first ? steps : []) {
    if (resource.kind !== 'inline-policy') continue;
    const { kind, name } = namedIn(resource.principalArn);
    const made = ids.get(resource.principalArn);
    const holder: Json = made === undefined ? name : { Ref: made };
    add(`Policy ${resource.name} ${name}`, {
      Type: kind === 'user' ? 'AWS::IAM::UserPolicy' : 'AWS::IAM::RolePolicy',
      Properties: {
        PolicyName: resource.name,
        ...(kind === 'user' ? { UserName: holder } : { RoleName: holder }),
        PolicyDocument: resource.document,
      },
    });
  }
  for (const { resource } of steps) {
    if (resource.kind !== 'access-entry' || clusterOf(resource.clusterArn).region !== region) continue;
    const { name } = clusterOf(resource.clusterArn);
    const role = ids.get(resource.principalArn);
    add(`Entry ${name} ${namedIn(resource.principalArn).name}`, {
      Type: 'AWS::EKS::AccessEntry',
      Properties: {
        ClusterName: name,
        PrincipalArn: role === undefined ? resource.principalArn : { 'Fn::GetAtt': [role, 'Arn'] },
        Type: 'STANDARD',
        ...(resource.username === undefined ? {} : { Username: resource.username }),
        KubernetesGroups: resource.groups,
        Tags: tagList(resource.tags),
        ...policiesOf(resource, steps),
      },
    });
  }
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Access to EKS clusters, as declared in a grants file of Causeway',
    Resources: resources,
  };
}

function policiesOf(entry: AccessEntryResource, steps: readonly Step[]): { readonly AccessPolicies?: Json } {
  const policies = steps.flatMap(({ resource }): Json[] => {
    if (resource.kind !== 'access-policy' || resource.clusterArn !== entry.clusterArn) return [];
    if (resource.principalArn !== entry.principalArn) return [];
    const scope: Json =
      resource.namespaces.length === 0 ? { Type: 'cluster' } : { Type: 'namespace', Namespaces: resource.namespaces };
    return [{ PolicyArn: resource.policyArn, AccessScope: scope }];
  });
  return policies.length === 0 ? {} : { AccessPolicies: policies };
}

function tagList(tags: Readonly<Record<string, string>>): Json {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A logical id is of letters and digits alone. */
function unused(text: string, taken: Readonly<Record<string, Json>>): string {
  const base = text
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
    .slice(0, 200);
  let id = base;
  for (let count = 2; id in taken; count++) id = `${base}X${count}`;
  return id;
}
