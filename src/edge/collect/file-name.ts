import { createHash } from 'node:crypto';

/**
 * A name of IAM or Organizations as a file may have it: as it is, since IAM's names are letters, digits and `+=,.@_-` (IAM API
 * reference) and the folder says whose the answers in it are. One that starts with a dot would be a hidden file, or leave the
 * folder.
 */
export function fileName(name: string): string {
  return name.replace(/[^\w+=,.@-]|^\./g, (character) => `%${character.codePointAt(0)?.toString(16)}`);
}

/** The same of an ARN: the end of it to be read, and a digest that tells it from others that end alike. */
export function arnName(arn: string): string {
  const end = arn
    .slice(arn.lastIndexOf(':') + 1)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 100);
  return `${end}-${createHash('sha256').update(arn).digest('hex').slice(0, 8)}`;
}
