import { DIGEST_ANNOTATION, DIGEST_TAG, FILE_LABEL, GRANT_LABEL, OWNER_TAG } from '../inventory/index.ts';

/** `<file>/<grant>`: whose a thing is. */
export function ownerOf(file: string, grant: string): string {
  return `${file}/${grant}`;
}

/** Path of the IAM roles of a file, with both slashes. */
export function rolePath(file: string): string {
  return `/causeway/${file}/`;
}

/**
 * The role that a grant has in the account of its clusters.
 *
 * @example roleArn('aws', '111111111111', 'f', 'g') // 'arn:aws:iam::111111111111:role/causeway/f/g'
 */
export function roleArn(partition: string, account: string, file: string, grant: string): string {
  return `arn:${partition}:iam::${account}:role${rolePath(file)}${grant}`;
}

/** Name of the one inline policy of a grant's role. */
export const ROLE_POLICY = 'describe-cluster';

/** Name of the inline policy of a grant's role that takes the rights from sessions of before a moment. */
export const SESSIONS_POLICY = 'end-older-sessions';

/** Name of the inline policy that a grant has on a caller's role or user; it cannot be tagged, so the name is the mark. */
export function callerPolicy(file: string, grant: string): string {
  return `causeway-${file}-${grant}`;
}

/** The Kubernetes group of a grant, and the name of its ClusterRole and bindings. */
export function groupName(file: string, grant: string): string {
  return `causeway:${file}:${grant}`;
}

/** The ClusterRole of `access: audit`, one for all grants of a file on a cluster. */
export function auditRole(file: string): string {
  return `causeway:${file}:audit`;
}

/** Tags of roles, access entries and rows of aws-auth. */
export function tagsOf(file: string, grant: string, digest: string): Readonly<Record<string, string>> {
  return { [OWNER_TAG]: ownerOf(file, grant), [DIGEST_TAG]: digest };
}

/** Labels and annotations of Roles and bindings; what several grants share names no grant. */
export function metadataMarks(
  file: string,
  grant: string | undefined,
  digest: string,
): { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> } {
  return {
    labels: {
      'app.kubernetes.io/managed-by': 'causeway',
      [FILE_LABEL]: file,
      ...(grant === undefined ? {} : { [GRANT_LABEL]: grant }),
    },
    annotations: { [DIGEST_ANNOTATION]: digest },
  };
}
