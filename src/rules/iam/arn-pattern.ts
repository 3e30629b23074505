import { compileGlob, type Glob, globText, STAR } from '../../base/index.ts';

const COLON = 58;

/** The six fields of an ARN (`arn`, partition, service, region, account, the rest). */
export type Segments = readonly string[];

/** Takes an ARN into its six fields; undefined for a text that has fewer or does not start with `arn`. */
export function splitSegments(text: string): Segments | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const out: string[] = [];
  let from = 0;
  for (let i = 0; i < 5; i++) {
    const colon = text.indexOf(':', from);
    if (colon < 0) return undefined;
    out.push(text.slice(from, colon));
    from = colon + 1;
  }
  out.push(text.slice(from));
  return out;
}

/** Cuts a pattern at its first five colons; fewer parts when it has fewer colons. */
export function splitGlob(glob: Glob): readonly Glob[] {
  const out: Glob[] = [];
  let from = 0;
  while (out.length < 5) {
    const colon = glob.indexOf(COLON, from);
    if (colon < 0) break;
    out.push(glob.slice(from, colon));
    from = colon + 1;
  }
  out.push(glob.slice(from));
  return out;
}

/**
 * Compiles an ARN pattern: each of the six segments on its own, so that no wildcard crosses a colon, except in the last,
 * where it crosses everything (IAM guide: reference_policies_elements_resource). Undefined as an answer: the pattern has
 * fewer than six segments and matches so far; what AWS makes of it is not confirmed.
 */
export function compileSegments(glob: Glob): (segments: Segments) => boolean | undefined {
  const parts = splitGlob(glob);
  const tests = parts.map(compileGlob);
  const short = parts.length < 6;
  return (segments) => {
    for (let i = tests.length - 1; i >= 0; i--) {
      if (!(tests[i] as (text: string) => boolean)(segments[i] as string)) return false;
    }
    return short ? undefined : true;
  };
}

/** Whether the pattern is `*` alone. */
export function isEverything(glob: Glob): boolean {
  return glob.length === 1 && glob[0] === STAR;
}

/**
 * Whether the service segment is as AWS wants it: no wildcard ("Resource vendor must be fully qualified and cannot contain
 * regexes"), lower case (Access Analyzer check "Invalid ARN service case").
 */
export function hasPlainService(parts: readonly Glob[]): boolean {
  const service = parts[2];
  return service?.every((token) => token >= 0) === true && globText(service) === globText(service).toLowerCase();
}
