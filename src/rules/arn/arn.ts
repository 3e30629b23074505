/** An ARN taken apart: `arn:partition:service:region:account:resource`. The resource keeps its own colons and slashes. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/**
 * Takes an ARN apart into its six colon fields; undefined when the text is not an ARN.
 * Only the shape is checked (six fields, `arn` first, nothing about whether the thing exists).
 */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const fields = text.split(':');
  const [, partition, service, region, account] = fields;
  if (fields.length < 6 || !partition || !service || region === undefined || account === undefined) return undefined;
  const resource = fields.slice(5).join(':');
  if (resource === '') return undefined;
  return { partition, service, region, account, resource };
}

/** Writes an ARN; `parseArn(formatArn(x))` is `x`. */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
}
