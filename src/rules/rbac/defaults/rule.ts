import type { PolicyRule } from '../types.ts';

/** The verb lists that Kubernetes' default roles are made of (policy.go Read, Write, ReadUpdate, ReadWrite). */
export const READ = 'get list watch';
export const WRITE = 'create update patch delete deletecollection';
export const READ_UPDATE = 'get list watch update patch';
export const READ_WRITE = `${READ} ${WRITE}`;

/** A rule from words apart by blanks; `core` is the group without a name. */
export function on(apiGroups: string, resources: string, verbs: string, resourceNames?: string): PolicyRule {
  const rule = {
    apiGroups: Object.freeze(apiGroups.split(' ').map((group) => (group === 'core' ? '' : group))),
    resources: words(resources),
    verbs: words(verbs),
  };
  return Object.freeze(resourceNames === undefined ? rule : { ...rule, resourceNames: words(resourceNames) });
}

/** A rule that lets paths be read. */
export function paths(nonResourceURLs: string, verbs = 'get'): PolicyRule {
  return Object.freeze({ nonResourceURLs: words(nonResourceURLs), verbs: words(verbs) });
}

function words(text: string): readonly string[] {
  return Object.freeze(text.split(/\s+/).filter((word) => word !== ''));
}
