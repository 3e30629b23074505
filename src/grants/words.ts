import type { Json, Resource } from '../inventory/index.ts';
import type { Step } from './types.ts';

/** What a step does, as a word of a sentence. */
export const DOES = { create: 'make', update: 'change', delete: 'take away' } as const;

/**
 * A resource in words, without the cluster it is on.
 *
 * @example resourceName(entry) // 'access entry of arn:aws:iam::111111111111:role/ci'
 */
export function resourceName(resource: Resource): string {
  switch (resource.kind) {
    case 'role':
      return `role ${resource.arn}`;
    case 'inline-policy':
      return `inline policy ${resource.name} of ${resource.principalArn}`;
    case 'access-entry':
      return `access entry of ${resource.principalArn}`;
    case 'access-policy':
      return `${resource.policyArn.slice(resource.policyArn.lastIndexOf('/') + 1)} for ${resource.principalArn}`;
    case 'aws-auth-row':
      return `row of aws-auth for ${resource.arn}`;
    case 'rbac-object': {
      const { kind, metadata } = resource.manifest;
      return `${kind} ${metadata.name}${metadata.namespace === undefined ? '' : ` in ${metadata.namespace}`}`;
    }
  }
}

/** A step in words: `make role arn:aws:iam::111111111111:role/causeway/f/g`. */
export function stepName({ verb, resource }: Pick<Step, 'verb' | 'resource'>): string {
  return `${DOES[verb]} ${resourceName(resource)}`;
}

/** What a resource says, as a value that is shown line by line; its name is not in it. */
export function resourceBody(resource: Resource): Json {
  switch (resource.kind) {
    case 'role':
      return {
        trust: resource.trust,
        maxSessionDuration: resource.maxSessionDuration,
        description: resource.description,
        tags: resource.tags,
      };
    case 'inline-policy':
      return resource.document;
    case 'access-entry':
      return {
        ...(resource.username === undefined ? {} : { username: resource.username }),
        groups: resource.groups,
        tags: resource.tags,
      };
    case 'access-policy':
      return resource.namespaces.length === 0 ? { scope: 'the whole cluster' } : { namespaces: resource.namespaces };
    case 'aws-auth-row':
      return { section: resource.section, username: resource.username, groups: resource.groups, tags: resource.tags };
    case 'rbac-object': {
      const { metadata, rules, roleRef, subjects } = resource.manifest;
      return {
        ...(rules === undefined ? {} : { rules }),
        ...(roleRef === undefined ? {} : { roleRef }),
        ...(subjects === undefined ? {} : { subjects }),
        labels: metadata.labels,
        annotations: metadata.annotations,
      };
    }
  }
}
