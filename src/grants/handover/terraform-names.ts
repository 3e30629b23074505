import type { Resource } from '../../inventory/index.ts';
import { clusterOf, namedIn } from './arns.ts';

/** What `terraform import` takes, by the import section of each resource's page in the provider's documentation. */
export function importId(resource: Resource): string {
  switch (resource.kind) {
    case 'role':
      return namedIn(resource.arn).name;
    case 'inline-policy':
      return `${namedIn(resource.principalArn).name}:${resource.name}`;
    case 'access-entry':
      return `${clusterOf(resource.clusterArn).name}:${resource.principalArn}`;
    case 'access-policy':
      return `${clusterOf(resource.clusterArn).name}#${resource.principalArn}#${resource.policyArn}`;
    default:
      return '';
  }
}

/** A label for each resource, made of what it is about; a number where two would be the same. */
export function labels(resources: readonly Resource[]): ReadonlyMap<Resource, string> {
  const used = new Set<string>();
  return new Map(
    resources.map((resource) => {
      const base = labelOf(resource)
        .toLowerCase()
        .replaceAll(/[^a-z0-9_]+/g, '_')
        .replace(/^(?=[0-9])/, '_');
      let label = base;
      for (let count = 2; used.has(label); count++) label = `${base}_${count}`;
      used.add(label);
      return [resource, label];
    }),
  );
}

function labelOf(resource: Resource): string {
  switch (resource.kind) {
    case 'role':
      return namedIn(resource.arn).name;
    case 'inline-policy':
      return `${namedIn(resource.principalArn).name}_${resource.name}`;
    case 'access-entry':
      return `${clusterOf(resource.clusterArn).name}_${namedIn(resource.principalArn).name}`;
    case 'access-policy':
      return `${clusterOf(resource.clusterArn).name}_${namedIn(resource.principalArn).name}_${resource.policyArn.slice(resource.policyArn.lastIndexOf('/') + 1)}`;
    default:
      return resource.kind;
  }
}
