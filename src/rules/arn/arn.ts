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
  // Four colons after the first, found one by one: this is asked several times for every hop.
  const service = text.indexOf(':', 4);
  const region = service < 0 ? -1 : text.indexOf(':', service + 1);
  const account = region < 0 ? -1 : text.indexOf(':', region + 1);
  const resource = account < 0 ? -1 : text.indexOf(':', account + 1);
  if (resource < 0 || service === 4 || region === service + 1 || resource === text.length - 1) return undefined;
  return {
    partition: text.slice(4, service),
    service: text.slice(service + 1, region),
    region: text.slice(region + 1, account),
    account: text.slice(account + 1, resource),
    resource: text.slice(resource + 1),
  };
}

/** Writes an ARN; `parseArn(formatArn(x))` is `x`. */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
}
