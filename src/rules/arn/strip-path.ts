import { formatArn, parseArn } from './arn.ts';

/**
 * The ARN of a role without its path, which is all that STS tells of a role; every other text stays as it is.
 * Source: aws-iam-authenticator pkg/arn/arn.go (`StripPath`).
 *
 * @example stripPath('arn:aws:iam::111111111111:role/team/dev/ci') // 'arn:aws:iam::111111111111:role/ci'
 */
export function stripPath(text: string): string {
  const arn = parseArn(text);
  if (arn === undefined || arn.service !== 'iam' || !arn.resource.startsWith('role/')) return text;
  return formatArn({ ...arn, resource: `role/${arn.resource.slice(arn.resource.lastIndexOf('/') + 1)}` });
}
