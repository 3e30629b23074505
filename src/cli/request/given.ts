import type { AssumptionName, GivenKey } from '../../access/index.ts';
import { didYouMean } from '../../base/index.ts';
import { usage } from '../exit.ts';

/**
 * Reads the values of `--given`: `key=value`, `!key` (the key is absent), with `N:` before it for hop N alone; a key
 * given several times has several values. Throws a CliError.
 *
 * @example readGiven(['sts:ExternalId=c0ffee', '2:!aws:SourceIp'])
 *   // [{ key: 'sts:ExternalId', value: 'c0ffee' }, { key: 'aws:SourceIp', value: null, hop: 2 }]
 */
export function readGiven(texts: readonly string[]): readonly GivenKey[] {
  const found = new Map<string, GivenKey>();
  for (const text of texts) {
    const one = readOne(text);
    const id = `${one.hop ?? ''}:${one.key.toLowerCase()}`;
    const before = found.get(id);
    if (before === undefined) found.set(id, one);
    else if (before.value === null || one.value === null) {
      throw usage(`--given says both that ${one.key} is absent and that it is there`);
    } else found.set(id, { ...before, value: [before.value, one.value].flat() });
  }
  return [...found.values()];
}

function readOne(text: string): GivenKey {
  const [, number, rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  if (number !== undefined && (Number(number) < 1 || Number(number) > 99)) {
    throw usage(`--given ${text}: hops are numbered from 1`);
  }
  const hop = number === undefined ? {} : { hop: Number(number) };
  if (rest.startsWith('!')) {
    const key = rest.slice(1);
    if (key.includes('=')) throw usage(`--given ${text}: "!" states that a key is absent, so no value can follow`);
    checkKey(key, text);
    return { key, value: null, ...hop };
  }
  const equals = rest.indexOf('=');
  if (equals < 0) throw usage(`--given ${text}: key=value is expected, or !key for an absent one`);
  const key = rest.slice(0, equals);
  checkKey(key, text);
  return { key, value: rest.slice(equals + 1), ...hop };
}

/** Keys that people know without their prefix. */
const KEYS = [
  'aws:CurrentTime',
  'aws:MultiFactorAuthAge',
  'aws:MultiFactorAuthPresent',
  'aws:PrincipalOrgID',
  'aws:RequestedRegion',
  'aws:SourceIdentity',
  'aws:SourceIp',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'sts:ExternalId',
  'sts:RoleSessionName',
  'sts:SourceIdentity',
];

/** Every condition key has a prefix: `aws:`, `sts:`, an OIDC provider's host name and path. */
function checkKey(key: string, text: string): void {
  if (!/^[^\s:=]+:[^\s=]+$/.test(key)) {
    const meant = KEYS.filter((known) => known.split(':')[1]?.toLowerCase() === key.toLowerCase());
    const hint =
      meant.length === 0 ? 'condition keys look like aws:SourceIp or sts:ExternalId' : `did you mean ${meant.join(' or ')}?`;
    throw usage(`--given ${text}: "${key}" is no condition key`, hint);
  }
}

/** What is stated for a hop that the path does not have, in words; such a statement counts nowhere. */
export function givenElsewhere(given: readonly GivenKey[], hops: number): readonly string[] {
  return given.flatMap(({ key, hop }) =>
    hop === undefined || hop <= hops
      ? []
      : [`--given ${hop}:${key} counts nowhere: the path has ${hops === 1 ? 'one role' : `${hops} roles`} to assume`],
  );
}

/** What `--assume` may take for granted. */
export const ASSUMPTIONS: readonly AssumptionName[] = ['no-scp', 'no-rcp', 'caller-allowed'];

/** Reads the values of `--assume`, each a name or names joined by commas. Throws a CliError. */
export function readAssume(texts: readonly string[]): readonly AssumptionName[] {
  const names = texts.flatMap((text) => text.split(',')).map((name) => name.trim());
  return [...new Set(names)].map((name) => {
    const known = ASSUMPTIONS.find((each) => each === name);
    if (known !== undefined) return known;
    if (name === '') throw usage('--assume names nothing before or after a comma', `it takes ${ASSUMPTIONS.join(', ')}`);
    throw usage(`--assume ${name} is not known`, ...didYouMean(name, ASSUMPTIONS), `it takes ${ASSUMPTIONS.join(', ')}`);
  });
}
