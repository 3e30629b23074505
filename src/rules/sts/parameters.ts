import type { AssumeParameters } from './session.ts';

/** What STS takes for a parameter: the lengths and characters of its API reference (AssumeRole). */
interface Form {
  readonly what: string;
  readonly pattern: RegExp;
  readonly shortest: number;
  readonly longest: number;
}

const NAME: Form = { what: 'a session name', pattern: /^[\w+=,.@-]*$/, shortest: 2, longest: 64 };
const SOURCE: Form = { what: 'a source identity', pattern: /^(?!aws:)[\w+=,.@-]*$/i, shortest: 2, longest: 64 };
const EXTERNAL: Form = { what: 'an external ID', pattern: /^[\w+=,.@:/-]*$/, shortest: 2, longest: 1224 };
const TAG_KEY: Form = { what: 'a tag key', pattern: /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/iu, shortest: 1, longest: 128 };
const TAG_VALUE: Form = { what: 'a tag value', pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, shortest: 0, longest: 256 };
const MOST_TAGS = 50;

/**
 * Why STS refuses a call for what it passes, whatever the policies say; undefined when it does not.
 *
 * @example wrongParameter({ sessionName: 'a b', tags: {}, transitiveTagKeys: [] }) // '"a b" cannot be a session name, …'
 */
export function wrongParameter({ sessionName, externalId, sourceIdentity, tags }: AssumeParameters): string | undefined {
  const given: readonly (readonly [string | undefined, Form])[] = [
    [sessionName, NAME],
    [externalId, EXTERNAL],
    [sourceIdentity, SOURCE],
    ...Object.entries(tags).flatMap(([key, value]) => [[key, TAG_KEY] as const, [value, TAG_VALUE] as const]),
  ];
  for (const [value, form] of given) {
    const wrong = value === undefined ? undefined : misfit(value, form);
    if (wrong !== undefined) return wrong;
  }
  const count = Object.keys(tags).length;
  return count > MOST_TAGS ? `${count} session tags are passed, and STS takes ${MOST_TAGS} at most` : undefined;
}

function misfit(value: string, { what, pattern, shortest, longest }: Form): string | undefined {
  const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
  if (value.length < shortest || value.length > longest)
    return `"${shown}" cannot be ${what}, which has ${shortest} to ${longest} characters (this has ${value.length})`;
  return pattern.test(value) ? undefined : `"${shown}" cannot be ${what}: STS does not take its characters`;
}
