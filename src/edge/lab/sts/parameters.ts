import { readPolicyText } from '../policy-text.ts';
import { Fault } from '../wire/fault.ts';
import { checked, optional, type Parameters } from '../wire/parameters.ts';
import type { SessionClaims } from './tokens.ts';

const TAG = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

/** Session tags of a call and which of them go along to the next session (facts/iam.md §4.2). */
export function readTags(parameters: Parameters): {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitive: readonly string[];
} {
  const given = parameters.objects('Tags').map(({ Key = '', Value = '' }) => {
    checked(Key, 'tags', { most: 128, pattern: `${TAG}+` });
    checked(Value, 'tags', { least: 0, most: 256, pattern: `${TAG}*` });
    return [Key, Value] as const;
  });
  if (given.length > 50) throw tooMany('tags');
  if (new Set(given.map(([key]) => key.toLowerCase())).size < given.length) {
    throw new Fault('InvalidParameterValue', 400, 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const transitive = parameters.list('TransitiveTagKeys');
  if (transitive.length > 50) throw tooMany('transitiveTagKeys');
  const passed = new Set(given.map(([key]) => key.toLowerCase()));
  const stray = transitive.find((key) => !passed.has(key.toLowerCase()));
  if (stray !== undefined) {
    throw new Fault(
      'InvalidParameterValue',
      400,
      `The specified transitive tag key must be included in the requested tags: ${stray}`,
    );
  }
  return { tags: Object.fromEntries(given), transitive };
}

function tooMany(at: string): Fault {
  const text = `1 validation error detected: Value at '${at}' failed to satisfy constraint: Member must have length less than or equal to 50`;
  return new Fault('ValidationError', 400, text);
}

/** Session policies of a call: an inline document and ARNs of managed ones, 2,048 characters together (facts/iam.md §1.6). */
export function readSessionPolicies(parameters: Parameters): NonNullable<SessionClaims['policies']> {
  const document = optional(parameters, 'Policy', { pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' });
  const arns = parameters.list('PolicyArns', 'arn');
  if (arns.length > 10) {
    throw new Fault('ValidationError', 400, 'The number of managed session policies exceeds the limit of 10');
  }
  if ((document?.length ?? 0) + arns.join('').length > 2048) {
    throw new Fault(
      'PackedPolicyTooLarge',
      400,
      'Packed size of session policies and tags exceeds the limit: they may have 2048 characters together',
    );
  }
  if (document !== undefined) readPolicyText(document, 'session');
  return [...(document === undefined ? [] : [{ document }]), ...arns.map((arn) => ({ arn }))];
}

/** How much of AWS's packed form is used is not published; the lab answers with the share of the 2,048 characters. */
export function packedSize(
  policies: NonNullable<SessionClaims['policies']>,
  tags: Readonly<Record<string, string>>,
): { readonly PackedPolicySize?: number } {
  if (policies.length === 0 && Object.keys(tags).length === 0) return {};
  return { PackedPolicySize: Math.min(100, Math.ceil(JSON.stringify([policies, tags]).length / 20.48)) };
}
