import { randomUUID } from 'node:crypto';
import type { Fault } from './fault.ts';
import type { AwsReply } from './request.ts';
import { toXml } from './xml.ts';

/** A service of the query protocol. */
export interface QueryService {
  readonly name: 'sts' | 'iam';
  readonly namespace: string;
}

/** STS. */
export const STS: QueryService = { name: 'sts', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' };
/** IAM. */
export const IAM: QueryService = { name: 'iam', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' };

/**
 * An operation that has nothing to say has no Result element at all, but for these, whose API model has an empty output;
 * the AWS SDK for Go fails without it.
 */
const EMPTY_RESULTS = new Set(['UpdateRole']);

/** An answer as XML, or as JSON where it was asked for (facts/iam.md §4.3). */
export function queryReply(
  { namespace }: QueryService,
  operation: string,
  result: Readonly<Record<string, unknown>>,
  asJson: boolean,
): AwsReply {
  const RequestId = randomUUID();
  const content = {
    ...(Object.keys(result).length === 0 && !EMPTY_RESULTS.has(operation) ? {} : { [`${operation}Result`]: result }),
    ResponseMetadata: { RequestId },
  };
  const root = `${operation}Response`;
  return reply(200, RequestId, asJson ? toJson({ [root]: content }) : toXml(root, namespace, content), asJson);
}

/** A refusal in the envelope of the query protocol. */
export function queryFault({ namespace }: QueryService, { code, message, status }: Fault, asJson: boolean): AwsReply {
  const RequestId = randomUUID();
  const content = { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, RequestId };
  return reply(status, RequestId, asJson ? JSON.stringify(content) : toXml('ErrorResponse', namespace, content), asJson);
}

/** A refusal as EC2, which the lab does not play, would write one. */
export function ec2Fault({ code, message, status }: Fault): AwsReply {
  const RequestId = randomUUID();
  const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: RequestId };
  return reply(status, RequestId, toXml('Response', '', content), false);
}

function toJson(content: unknown): string {
  return JSON.stringify(content, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value));
}

function reply(status: number, requestId: string, body: string, asJson: boolean): AwsReply {
  return {
    status,
    headers: { 'content-type': asJson ? 'application/json' : 'text/xml', 'x-amzn-requestid': requestId },
    body,
  };
}
