import type { Resource } from '../../inventory/index.ts';

/** The tag of IAM and EKS that says whose a thing is: `<file>/<grant>`. */
export const OWNER_TAG = 'causeway:owner';

/** Labels of Kubernetes objects that say the same in two parts. */
export const [FILE_LABEL, GRANT_LABEL] = ['causeway/file', 'causeway/grant'] as const;

/**
 * Whose a thing is, `<file>/<grant>`; empty for one without an owner's mark, undefined where a thing of this kind carries
 * no mark of its own: an inline policy is owned by its name, an associated policy by its entry, a row by the annotation.
 */
export function ownerOf(resource: Resource): string | undefined {
  switch (resource.kind) {
    case 'role':
    case 'access-entry':
      return resource.tags[OWNER_TAG] ?? '';
    case 'rbac-object': {
      const { labels } = resource.manifest.metadata;
      const file = labels[FILE_LABEL];
      return file === undefined ? '' : `${file}/${labels[GRANT_LABEL] ?? ''}`;
    }
    default:
      return undefined;
  }
}
