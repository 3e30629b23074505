import { scanJson } from '../../base/index.ts';

const DOCUMENTS = ['AssumeRolePolicyDocument', 'PolicyDocument', 'Document'];

/** Levels of brackets that a policy document may have; what is deeper stays the text it was. */
const DEEPEST = 100;

/**
 * An answer of IAM with its policy documents as objects, as the aws CLI prints them; IAM sends them URL-encoded (RFC 3986;
 * botocore, ListRoles). A document that is no JSON, or that has a key twice, stays a text: which of the two is meant is not
 * for a collector to say.
 */
export function withDocuments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDocuments);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      DOCUMENTS.includes(key) && typeof inner === 'string' ? documentOf(inner) : withDocuments(inner),
    ]),
  );
}

function documentOf(text: string): unknown {
  let plain = text;
  try {
    if (text.trimStart().startsWith('%')) plain = decodeURIComponent(text);
    const { error, duplicates, tooDeep } = scanJson(plain, DEEPEST);
    if (error !== undefined || duplicates.length > 0 || tooDeep !== undefined) return plain;
    return JSON.parse(plain);
  } catch {
    return plain;
  }
}
