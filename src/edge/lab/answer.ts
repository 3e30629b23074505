import { readSignature } from '../../rules/token/index.ts';
import type { Call } from './authorise.ts';
import type { Lab } from './context.ts';
import { answerEks } from './eks/index.ts';
import { IAM_OPERATIONS } from './iam/index.ts';
import { needsLists } from './iam/known.ts';
import { answerOrganizations } from './organizations/index.ts';
import { awsHostOf } from './proxy/aws-host.ts';
import { authenticate, unknownKey } from './sts/caller.ts';
import { type Operation, STS_OPERATIONS } from './sts/index.ts';
import { assumeRoleWithWebIdentity } from './sts/web-identity.ts';
import { jsonFault } from './wire/answer-json.ts';
import { ec2Fault, IAM, type QueryService, queryFault, queryReply, STS } from './wire/answer-query.ts';
import { Fault, notPlayed } from './wire/fault.ts';
import { type Parameters, readParameters } from './wire/parameters.ts';
import type { AwsReply, AwsRequest } from './wire/request.ts';

/** What was found out about a request before it failed or was answered. */
interface Progress {
  service: string;
  operation: string;
  caller?: string;
  readonly decisions: Call['decisions'];
}

/**
 * Answers one request of an AWS API and logs it. The service is the one that the signature is scoped to; nothing is
 * answered whose signature does not hold, but AssumeRoleWithWebIdentity, which has none. Never throws.
 */
export function answer(lab: Lab, request: AwsRequest): AwsReply {
  const progress: Progress = { service: guessService(request), operation: 'unknown', decisions: [] };
  const note = (reply: AwsReply, fault?: Fault): AwsReply => {
    lab.log({
      at: lab.now().toISOString(),
      service: progress.service,
      operation: progress.operation,
      ...(progress.caller === undefined ? {} : { caller: progress.caller }),
      status: reply.status,
      ...(fault === undefined ? {} : { code: fault.code, message: fault.message }),
      ...(fault?.note === undefined ? {} : { note: fault.note }),
      decisions: progress.decisions,
    });
    return reply;
  };
  try {
    return note(answerSigned(lab, request, progress));
  } catch (error) {
    const fault =
      error instanceof Fault ? error : new Fault('InternalFailure', 500, 'the lab failed; this is a fault of causeway');
    return note(faultReply(progress.service, request, fault), fault);
  }
}

function answerSigned(lab: Lab, request: AwsRequest, progress: Progress): AwsReply {
  const form = formOf(request);
  const parameters = form === undefined ? undefined : readParameters(form);
  const action = parameters?.text('Action');
  if (action !== undefined) progress.operation = action;
  const place = awsHostOf(request);
  const toSts = place === undefined || place.service === 'sts';
  if (action === 'AssumeRoleWithWebIdentity' && parameters !== undefined && toSts) {
    progress.service = 'sts';
    const result = assumeRoleWithWebIdentity(lab, request, parameters, progress);
    return queryReply(STS, action, result, wantsJson(request));
  }
  const { caller, service, region } = authenticate(lab, request);
  progress.service = service;
  progress.caller = caller.arn;
  // What GetSessionToken gave out without MFA is not taken by IAM (STS API reference, GetSessionToken, "Permissions").
  if (service === 'iam' && caller.temporary?.mfa === false)
    throw unknownKey('IAM takes no session of GetSessionToken that was made without MFA');
  const call: Call = { lab, caller, request, region, service, operation: progress.operation, decisions: progress.decisions };
  switch (service) {
    case 'sts':
      return answerQuery(call, STS, STS_OPERATIONS, parameters);
    case 'iam':
      needsLists(call);
      return answerQuery(call, IAM, IAM_OPERATIONS, parameters);
    case 'eks':
      return answerEks(call, (operation) => {
        progress.operation = operation;
      });
    case 'organizations':
      return answerOrganizations(call, (operation) => {
        progress.operation = operation;
      });
    default:
      throw notPlayed(`the service "${service}"`);
  }
}

function answerQuery(
  call: Call,
  service: QueryService,
  operations: Readonly<Record<string, Operation>>,
  parameters: Parameters | undefined,
): AwsReply {
  const { operation } = call;
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (parameters === undefined || run === undefined) throw notPlayed(`${service.name}:${operation}`);
  return queryReply(service, operation, run(call, parameters), wantsJson(call.request));
}

/** The parameters of the query protocol: a form, or the query of a GET. */
function formOf(request: AwsRequest): string | undefined {
  if (request.path !== '/' || request.header('x-amz-target') !== undefined) return undefined;
  return request.method === 'GET' ? request.query : request.body;
}

function wantsJson(request: AwsRequest): boolean {
  return request.header('accept')?.toLowerCase().includes('application/json') === true;
}

function faultReply(service: string, request: AwsRequest, fault: Fault): AwsReply {
  if (service === 'sts') return queryFault(STS, fault, wantsJson(request));
  if (service === 'iam') return queryFault(IAM, fault, wantsJson(request));
  // A service that is not played: in the form that its own client reads.
  if (service !== 'eks' && service !== 'organizations' && formOf(request) !== undefined) {
    return service === 'ec2' ? ec2Fault(fault) : queryFault({ name: 'sts', namespace: '' }, fault, wantsJson(request));
  }
  return jsonFault(fault, service === 'organizations' ? 'application/x-amz-json-1.1' : 'application/json');
}

/** Which service a request is for, before its signature was proven; the form of a refusal depends on it. */
function guessService(request: AwsRequest): string {
  const place = awsHostOf(request);
  if (place?.service !== undefined) return place.service;
  const signature = readSignature(request);
  if (!('code' in signature)) return signature.service;
  if (request.header('x-amz-target')?.startsWith('AWSOrganizations') === true) return 'organizations';
  if (request.path !== '/') return 'eks';
  return request.body.includes('Version=2010-05-08') ? 'iam' : 'sts';
}
