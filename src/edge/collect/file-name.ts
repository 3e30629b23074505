import { createHash } from 'node:crypto';

/** A name of IAM or Organizations as a file of every system may have it; two names never meet. */
export function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]|^\./g, (character) => `=${character.codePointAt(0)?.toString(16)}=`);
}

/** The same of an ARN: the end of it to be read, and a digest that tells it from others that end alike. */
export function arnName(arn: string): string {
  const end = arn
    .slice(arn.lastIndexOf(':') + 1)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 100);
  return `${end}-${createHash('sha256').update(arn).digest('hex').slice(0, 8)}`;
}
