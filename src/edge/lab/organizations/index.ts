import type { Call } from '../authorise.ts';
import { type Fields, readFields } from '../fields.ts';
import { jsonReply } from '../wire/answer-json.ts';
import { notPlayed } from '../wire/fault.ts';
import type { AwsReply } from '../wire/request.ts';
import { invalidInput, type OrganizationsOperation } from './call.ts';
import { POLICY_OPERATIONS } from './policies.ts';
import { TYPE_OPERATIONS } from './policy-types.ts';
import { TREE_OPERATIONS } from './tree.ts';

const OPERATIONS: Readonly<Record<string, OrganizationsOperation>> = {
  ...TREE_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...TYPE_OPERATIONS,
};

/** Answers a call of Organizations (JSON 1.1; facts/iam.md §5.1). */
export function answerOrganizations(call: Call, name: (operation: string) => void): AwsReply {
  const operation = call.request.header('x-amz-target')?.split('.')[1] ?? 'unknown';
  name(operation);
  const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (run === undefined) throw notPlayed(`organizations:${operation}`);
  const result = run({ ...call, operation, body: readBody(call.request.body) });
  return jsonReply(result, 200, 'application/x-amz-json-1.1');
}

function readBody(text: string): Fields {
  const fields = text.trim() === '' ? {} : readFields(text);
  if (fields === undefined) throw invalidInput('INVALID_SYNTAX', 'the body is no JSON object');
  return fields;
}
