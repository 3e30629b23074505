import { scanJson } from '../../base/index.ts';
import { type PolicyKind, parsePolicy } from '../../rules/iam/index.ts';
import type { PolicyText } from './state/documents.ts';
import { Fault } from './wire/fault.ts';

/** Deeper than any policy is, and shallow enough for every parser. */
const DEEPEST = 50;

/**
 * Reads the text of a policy that a call brings; throws MalformedPolicyDocument. A text that two parsers could understand
 * differently (a key stands twice) is refused.
 */
export function readPolicyText(text: string, kind: PolicyKind): unknown {
  const scan = scanJson(text, DEEPEST);
  if (scan.error !== undefined || scan.tooDeep !== undefined) throw malformed('This policy contains invalid Json');
  if (scan.duplicates.length > 0) throw malformed('Syntax errors in policy. A key stands twice in one object.');
  const document: unknown = JSON.parse(text);
  const [problem] = parsePolicy(document, { kind, name: 'the policy' }).problems;
  if (problem !== undefined) throw malformed(`Syntax errors in policy. (${problem.message})`);
  return document;
}

/** A kept policy as a document. */
export function documentOf(policy: PolicyText): unknown {
  return typeof policy === 'string' ? JSON.parse(policy) : policy;
}

/** A policy's text without the URL encoding that IAM's own API gives it (facts/iam.md §5.2); as it is where that is broken. */
export function decodedText(text: string): string {
  if (!text.trimStart().startsWith('%')) return text;
  try {
    return decodeURIComponent(text.trimStart());
  } catch {
    return text;
  }
}

/** AWS's refusal of a policy document. */
export function malformed(message: string): Fault {
  return new Fault('MalformedPolicyDocument', 400, message);
}
