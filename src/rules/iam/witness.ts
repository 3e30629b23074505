import {
  ANY,
  ANY_IN_SEGMENT,
  findWitness,
  type Glob,
  globOf,
  globText,
  type SoughtGlob,
  STAR,
  STAR_IN_SEGMENT,
} from '../../base/index.ts';
import { splitGlob } from './arn-pattern.ts';
import type { ConditionTest } from './condition.ts';
import { readDate } from './operators/date.ts';
import { formatAddress, readRange } from './operators/ip.ts';
import { readNumber } from './operators/numeric.ts';

/** That one value of a key matches (or does not match) some value of a test. */
export interface Requirement {
  readonly test: ConditionTest;
  readonly matches: boolean;
}

interface Options {
  readonly lower: string;
  readonly now: Date | undefined;
  readonly nonEmpty: boolean;
}

/** What STS lets a value be made of, and its least length (STS API: AssumeRole). */
const FORMS: Readonly<Record<string, { readonly chars: RegExp; readonly least: number }>> = {
  'sts:rolesessionname': { chars: /^[\w+=,.@-]*$/, least: 2 },
  'causeway:callersessionname': { chars: /^[\w+=,.@-]*$/, least: 2 },
  'sts:sourceidentity': { chars: /^[\w+=,.@-]*$/, least: 2 },
  'aws:sourceidentity': { chars: /^[\w+=,.@-]*$/, least: 2 },
  'sts:externalid': { chars: /^[\w+=,.@:/-]*$/, least: 2 },
};

/** A value that meets all requirements; null: there is none; undefined: nobody can say. */
export function witnessOf(requirements: readonly Requirement[], options: Options): string | null | undefined {
  const families = new Set(requirements.map(({ test }) => test.name.operator?.family));
  const [family] = families;
  let unsure = families.size > 1;
  for (const candidate of candidates(requirements, options)) {
    if (!fits(candidate, options)) continue;
    const verdict = meets(candidate, requirements);
    if (verdict === true) return candidate;
    if (verdict === undefined) unsure = true;
  }
  if (unsure) return undefined;
  return family === 'text' ? searchText(requirements, options) : null;
}

/** Like the tests themselves: some value of the policy matches. */
function meets(candidate: string, requirements: readonly Requirement[]): boolean | undefined {
  let all: boolean | undefined = true;
  for (const { test, matches } of requirements) {
    const verdicts = (test.tests ?? []).map((one) => one(candidate));
    const verdict = verdicts.includes(true) ? true : verdicts.includes(undefined) ? undefined : false;
    if (verdict === undefined) all = undefined;
    else if (verdict !== matches) return false;
  }
  return all;
}

function fits(candidate: string, { lower, now, nonEmpty }: Options): boolean {
  if (nonEmpty && candidate === '') return false;
  const form = FORMS[lower];
  if (form !== undefined && (candidate.length < form.least || !form.chars.test(candidate))) return false;
  if (now === undefined || (lower !== 'aws:currenttime' && lower !== 'aws:epochtime')) return true;
  const time = readDate(candidate);
  return time === undefined || time >= now.getTime();
}

/** Values worth trying; for all operators but those on text, enough to prove that there is none. */
function candidates(requirements: readonly Requirement[], options: Options): readonly string[] {
  const values = requirements.flatMap(({ test, matches }) =>
    test.templates.map(({ settled }) => ({ glob: settled ?? [], matches, family: test.name.operator?.family })),
  );
  const of = (family: string) => values.filter((value) => value.family === family).map(({ glob }) => globText(glob));
  const out: string[] = [];
  // The policy's own values first, those that are asked for before those that are excluded.
  for (const { glob } of values.filter(({ matches, family }) => matches && family === 'text')) out.push(...instances(glob));
  out.push(...booleans(values.map(({ family }) => family)));
  out.push(
    ...around(
      of('number').flatMap((text) => readNumber(text) ?? []),
      1,
    ).map(String),
  );
  out.push(...times(of('date'), options));
  out.push(...addresses(of('ip')));
  out.push(...of('binary'), ...(of('binary').length > 0 ? spareBinary(of('binary')) : []));
  return out;
}

/** A pattern with its wildcards filled in; the shorter form last, because `ab` for `ab*` looks like a mistake. */
function instances(glob: Glob): readonly string[] {
  const fill = (run: string) =>
    glob.map((token) => (token === STAR ? run : token === ANY ? 'x' : String.fromCharCode(token))).join('');
  return [fill('x'), fill('xx'), fill('')];
}

function booleans(families: readonly (string | undefined)[]): readonly string[] {
  return families.includes('bool') ? ['true', 'false'] : [];
}

/** Each boundary, a step to both sides, and the middle between neighbours: every interval gets a value. */
function around(boundaries: readonly number[], step: number): readonly number[] {
  const sorted = [...new Set(boundaries)].sort((a, b) => a - b);
  const middles = sorted.slice(1).map((value, i) => (value + (sorted[i] as number)) / 2);
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  if (first === undefined || last === undefined) return [];
  return [...sorted, last + step, first - step, ...middles];
}

function times(texts: readonly string[], { lower, now }: Options): readonly string[] {
  if (texts.length === 0) return [];
  const boundaries = texts.flatMap((text) => readDate(text) ?? []);
  const timed = now === undefined ? [] : [now.getTime(), now.getTime() + 1000];
  const write = (time: number) => {
    if (lower === 'aws:epochtime') return String(time / 1000);
    const date = new Date(time);
    return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 ? '' : date.toISOString().replace('.000Z', 'Z');
  };
  return [...texts, ...timed.map(write), ...around(boundaries, 1000).map(write)].filter((text) => text !== '');
}

/** First address of each range and the one behind its end: where the ranges leave room, one of these stands in it. */
function addresses(texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return [];
  const out: string[] = [];
  for (const range of texts.flatMap((text) => readRange(text) ?? [])) {
    const size = 1n << BigInt(range.bits - range.prefix);
    const last = 1n << BigInt(range.bits);
    // The network address is nobody's; the next one reads better.
    const inside = size > 2n ? [range.value + 1n, range.value] : [range.value];
    for (const value of [...inside, range.value + size, range.value - 1n]) {
      if (value >= 0n && value < last) out.push(formatAddress({ bits: range.bits, value }));
    }
  }
  return [...out, '203.0.113.1', '0.0.0.0', '2001:db8::1', '::'];
}

function spareBinary(taken: readonly string[]): readonly string[] {
  return taken.map((_, i) => btoa(`x${i}`)).concat(btoa('x'));
}

/** Exact: a breadth-first search over the patterns of all text operators at once. */
function searchText(requirements: readonly Requirement[], { lower, nonEmpty }: Options): string | null | undefined {
  const groups: (readonly SoughtGlob[])[] = [];
  const none: SoughtGlob[] = [];
  for (const { test, matches } of requirements) {
    const globs = test.templates.flatMap(({ settled }) => soughtOf(test, settled ?? []));
    if (matches) groups.push(globs);
    else none.push(...globs);
    if (matches && test.name.operator?.name === 'ArnLike') groups.push([{ glob: ANY_ARN }]);
  }
  const form = FORMS[lower];
  const chars = form?.chars;
  const short: SoughtGlob[] = form === undefined ? [] : [{ glob: [] }, { glob: [ANY] }];
  const sought = {
    groups,
    none: [...none, ...short],
    ...(chars === undefined ? {} : { allows: (char: string) => chars.test(char) }),
  };
  const found = findWitness({ ...sought, none: [...sought.none, { glob: [] }] });
  if (found !== null || nonEmpty) return found;
  return findWitness(sought);
}

const ANY_ARN: Glob = inSegments(globOf('arn:*:*:*:*:*'));

function soughtOf(test: ConditionTest, glob: Glob): readonly SoughtGlob[] {
  const name = test.name.operator?.name;
  if (name === 'ArnLike') return [{ glob: inSegments(glob) }];
  if (name === 'StringEqualsIgnoreCase') {
    return [
      { glob: glob.map((token) => (token < 0 ? token : String.fromCharCode(token).toLowerCase().charCodeAt(0))), fold: true },
    ];
  }
  return [{ glob }];
}

/** The same pattern with wildcards that cross no colon, except in the last segment. */
function inSegments(glob: Glob): Glob {
  const parts = splitGlob(glob);
  return parts.flatMap((part, i) => {
    const here =
      i === 5 ? part : part.map((token) => (token === STAR ? STAR_IN_SEGMENT : token === ANY ? ANY_IN_SEGMENT : token));
    return i === 0 ? here : [58, ...here];
  });
}
