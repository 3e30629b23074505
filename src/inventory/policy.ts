import { type Gap, scanJson } from '../base/index.ts';
import type { PolicyDocument } from './model.ts';
import { DEEPEST } from './text/content.ts';
import { isAmbiguous, originOf, type Place } from './text/place.ts';
import type { Report } from './text/report.ts';
import { isSame } from './text/same.ts';
import { tryJson } from './text/unique.ts';
import { isFields } from './text/values.ts';

/** Which policy a document is. */
export interface PolicyName {
  readonly name: string;
  readonly arn?: string;
  /** Whose side it is, for a gap. */
  readonly side: string;
  /** Stable id of the gap when the document cannot be used. */
  readonly id: string;
}

/**
 * Reads a policy document as services give it: an object (the aws CLI decodes IAM's), JSON in a string (Organizations,
 * ECR, Secrets Manager, KMS), or URL-encoded JSON in a string (IAM's own API, RFC 3986; botocore ListRoles).
 * What cannot be read, or holds a key twice, becomes a gap: it may allow or deny anything.
 */
export function readPolicy(place: Place, policy: PolicyName, report: Report): PolicyDocument {
  const { value } = place;
  if (typeof value === 'string') return fromText(place, value, policy, report);
  const base = named(policy);
  if (!isFields(value)) {
    report.add({ code: 'wrong-kind', message: `${policy.name}: a policy document is an object`, file: place.document.file });
    return { ...base, gap: unjudged(policy, 'it is no object'), origin: originOf(place) };
  }
  if (isAmbiguous(place)) return { ...base, gap: unjudged(policy, 'a key stands twice in it'), origin: originOf(place) };
  return { ...base, document: value, origin: originOf(place) };
}

/** Whether two policy documents, each in any of the forms that `readPolicy` takes, say the same. */
export function isSamePolicy(a: unknown, b: unknown): boolean {
  return isSame(a, b) || isSame(decoded(a), decoded(b));
}

function decoded(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trimStart();
  return tryJson(text.startsWith('%') ? (decode(text) ?? '') : value)?.value ?? value;
}

/** A policy whose document is there and not judged, for the reason given. */
export function unjudgedPolicy(place: Place, policy: PolicyName, why: string): PolicyDocument {
  return { ...named(policy), gap: unjudged(policy, why), origin: originOf(place) };
}

/** A policy that is named and whose document nobody collected. */
export function missingPolicy(place: Place, policy: PolicyName, gap: Omit<Gap, 'kind' | 'id' | 'side'>): PolicyDocument {
  return { ...named(policy), gap: { kind: 'gap', id: policy.id, side: policy.side, ...gap }, origin: originOf(place) };
}

function fromText(place: Place, value: string, policy: PolicyName, report: Report): PolicyDocument {
  const base = named(policy);
  const trimmed = value.trimStart();
  const encoded = trimmed.startsWith('%');
  // Inside URL-encoded text nothing can be pointed at; the origin is then the string itself.
  const origin = originOf(place, encoded ? undefined : { syntax: 'json', path: [] });
  const trouble = (code: string, why: string): PolicyDocument => {
    report.add({ code, message: `${policy.name}: ${why}`, file: place.document.file });
    return { ...base, gap: unjudged(policy, why), origin };
  };
  const text = encoded ? decode(trimmed) : value;
  const scan = text === undefined ? undefined : scanJson(text, DEEPEST);
  if (text === undefined || scan === undefined || scan.error !== undefined)
    return trouble('policy-not-json', 'its text is not JSON');
  if (scan.tooDeep !== undefined) return trouble('too-deep', 'it is nested too deeply');
  if (scan.duplicates.length > 0) return trouble('duplicate-key', 'a key stands twice in it');
  try {
    const document: unknown = JSON.parse(text);
    return isFields(document) ? { ...base, document, origin } : trouble('wrong-kind', 'it is no object');
  } catch {
    return trouble('policy-not-json', 'its text is not JSON');
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function named(policy: PolicyName): { readonly name: string; readonly arn?: string } {
  return policy.arn === undefined ? { name: policy.name } : { name: policy.name, arn: policy.arn };
}

function unjudged(policy: PolicyName, why: string): Gap {
  return { kind: 'gap', id: policy.id, state: 'unjudged', what: `${policy.name}: ${why}`, side: policy.side };
}
