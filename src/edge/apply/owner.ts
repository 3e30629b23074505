import { FILE_LABEL, GRANT_LABEL, OWNER_TAG, ownerByGroups, type Resource } from '../../inventory/index.ts';

/**
 * Whose a thing is, `<file>/<grant>`; empty for one without an owner's mark, undefined where a thing of this kind carries
 * no mark of its own: an inline policy is owned by its name, an associated policy by its entry.
 */
export function ownerOf(resource: Resource): string | undefined {
  switch (resource.kind) {
    case 'role':
    case 'access-entry':
      return resource.tags[OWNER_TAG] ?? '';
    case 'aws-auth-row':
      return resource.tags[OWNER_TAG] ?? ownerByGroups(resource.groups) ?? '';
    case 'rbac-object': {
      const { labels } = resource.manifest.metadata;
      const file = labels[FILE_LABEL];
      return file === undefined ? '' : `${file}/${labels[GRANT_LABEL] ?? ''}`;
    }
    default:
      return undefined;
  }
}
