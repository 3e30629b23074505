import { randomUUID } from 'node:crypto';
import type { Fault } from './fault.ts';
import type { AwsReply } from './request.ts';

/** What the JSON protocols call the refusals that come before any service is asked (smithy's common errors). */
const JSON_NAMES: Readonly<Record<string, string>> = {
  InvalidClientTokenId: 'UnrecognizedClientException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  ExpiredToken: 'ExpiredTokenException',
};

/** An answer of EKS (REST-JSON) or of Organizations (JSON 1.1). */
export function jsonReply(body: Readonly<Record<string, unknown>>, status = 200, type = 'application/json'): AwsReply {
  return { status, headers: { 'content-type': type, 'x-amzn-requestid': randomUUID() }, body: JSON.stringify(body) };
}

/** A refusal of either: the name in a header and in the body (facts/eks.md §3.1). */
export function jsonFault({ code, message, status, fields }: Fault, type = 'application/json'): AwsReply {
  const name = JSON_NAMES[code] ?? code;
  const reply = jsonReply({ __type: name, message, ...fields }, status, type);
  return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': name } };
}
