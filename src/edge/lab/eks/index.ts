import type { Call } from '../authorise.ts';
import { type Fields, readFields } from '../fields.ts';
import { jsonReply } from '../wire/answer-json.ts';
import { Fault, notPlayed } from '../wire/fault.ts';
import type { AwsReply } from '../wire/request.ts';
import { findRoute, type Route } from '../wire/route.ts';
import { type EksCall, type EksOperation, elsewhere, invalidRequest } from './call.ts';
import { describeCluster, describeUpdate, listClusters, updateClusterConfig } from './clusters.ts';
import { createCluster, deleteCluster } from './create-cluster.ts';
import { createAccessEntry, deleteAccessEntry, describeAccessEntry, listAccessEntries, updateAccessEntry } from './entries.ts';
import { associateAccessPolicy, disassociateAccessPolicy, listAccessPolicies, listAssociatedAccessPolicies } from './policies.ts';
import { listTags, tagResource, untagResource } from './tags.ts';

const ENTRIES = '/clusters/{name}/access-entries';
const ENTRY = `${ENTRIES}/{principalArn}`;

const route = (
  method: string,
  path: string,
  name: string,
  run: EksOperation,
): Route<{ readonly name: string; readonly run: EksOperation }> => ({
  method,
  path,
  value: { name, run },
});

/** The operations of EKS that the lab plays (facts/eks.md §3.1). */
const ROUTES = [
  route('GET', '/clusters', 'ListClusters', listClusters),
  route('POST', '/clusters', 'CreateCluster', createCluster),
  route('GET', '/clusters/{name}', 'DescribeCluster', describeCluster),
  route('DELETE', '/clusters/{name}', 'DeleteCluster', deleteCluster),
  route('POST', '/clusters/{name}/update-config', 'UpdateClusterConfig', updateClusterConfig),
  route('GET', '/clusters/{name}/updates/{updateId}', 'DescribeUpdate', describeUpdate),
  route('GET', ENTRIES, 'ListAccessEntries', listAccessEntries),
  route('POST', ENTRIES, 'CreateAccessEntry', createAccessEntry),
  route('GET', ENTRY, 'DescribeAccessEntry', describeAccessEntry),
  route('POST', ENTRY, 'UpdateAccessEntry', updateAccessEntry),
  route('DELETE', ENTRY, 'DeleteAccessEntry', deleteAccessEntry),
  route('GET', `${ENTRY}/access-policies`, 'ListAssociatedAccessPolicies', listAssociatedAccessPolicies),
  route('POST', `${ENTRY}/access-policies`, 'AssociateAccessPolicy', associateAccessPolicy),
  route('DELETE', `${ENTRY}/access-policies/{policyArn}`, 'DisassociateAccessPolicy', disassociateAccessPolicy),
  route('GET', '/access-policies', 'ListAccessPolicies', listAccessPolicies),
  route('GET', '/tags/{arn}', 'ListTagsForResource', listTags),
  route('POST', '/tags/{arn}', 'TagResource', tagResource),
  route('DELETE', '/tags/{arn}', 'UntagResource', untagResource),
];

/** Answers a call of EKS. */
export function answerEks(call: Call, name: (operation: string) => void): AwsReply {
  const { method, path, query, body } = call.request;
  const found = findRoute(ROUTES, method, path);
  name(found?.value.name ?? `${method} ${path}`);
  if (found === undefined) throw notPlayed(`the EKS call ${method} ${path}`);
  const asked: EksCall = {
    ...call,
    operation: found.value.name,
    segments: found.segments,
    query: new URLSearchParams(query),
    body: readBody(body),
  };
  return jsonReply(wireTimes(noted(asked, found.value.run)) as Readonly<Record<string, unknown>>);
}

/** Who is refused a cluster that is not theirs most often asks in the wrong account, which the refusal does not tell. */
function noted(call: EksCall, run: EksOperation): unknown {
  try {
    return run(call);
  } catch (error) {
    if (!(error instanceof Fault) || error.status !== 403 || error.note !== undefined) throw error;
    throw new Fault(error.code, error.status, error.message, error.fields, elsewhere(call));
  }
}

function readBody(text: string): Fields {
  const fields = text.trim() === '' ? {} : readFields(text);
  if (fields === undefined) throw invalidRequest('the body is no JSON object');
  return fields;
}

const TIMES = new Set(['createdAt', 'modifiedAt', 'associatedAt']);

/** Moments go over the wire as seconds since 1970 (facts/eks.md §3.1). */
function wireTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wireTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (!TIMES.has(key) || typeof inner !== 'string') return [key, wireTimes(inner)];
      return [key, Date.parse(inner) / 1000];
    }),
  );
}
