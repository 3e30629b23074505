import type { Inventory, PolicyDocument } from '../inventory/index.ts';
import type { AssumptionName, GivenKey, Query } from './types.ts';

/** What every hop of one question shares. */
export interface World {
  readonly inventory: Inventory;
  readonly assume: readonly AssumptionName[];
  readonly given: Given;
  /** Date conditions: time only runs forward from here. */
  readonly now: Date;
  /** Whether a session may carry tags over its role's own; asked when the plain session is refused. */
  readonly openTags?: boolean;
  /** Notes that a tag was asked for which a session could carry another value of. */
  readonly noticed?: { ownTags: boolean };
  /**
   * Set where the path starts with somebody who is not known: any principal of an account that was not collected, or anybody
   * at all. Then the first hop leaves open what only a known caller settles.
   */
  readonly whoever?: 'of-account' | 'anybody';
  /** Set for a call that somebody really makes: everything that it carries is stated. */
  readonly live?: LiveSession;
}

/** What is known of a session that really exists, and of none that is only asked about. */
export interface LiveSession {
  /** Absent: it has no session policy. */
  readonly sessionPolicies?: readonly PolicyDocument[];
}

/** The world of one question. */
export function worldOf(inventory: Inventory, { assume, given, now }: Query): World {
  return { inventory, assume, now, given: prepareGiven(given) };
}

/** Stated keys, by lower-cased name. */
export interface Given {
  /** The value stated for a hop: text, texts, null (stated absent), or undefined (not stated). */
  readonly at: (hop: number, key: string) => string | readonly string[] | null | undefined;
  /** Every stated key with the given prefix at that hop, lower-cased names. */
  readonly withPrefix: (hop: number, prefix: string) => readonly (readonly [key: string, value: string])[];
  readonly any: boolean;
  /** Whether some key is stated for one hop alone. */
  readonly perHop: boolean;
}

/**
 * Keys that describe the session which makes the request. Stated for the whole path they hold for the caller alone:
 * what later sessions carry is what the hops made of them.
 */
const SESSION_KEY =
  /^aws:(principal.*|userid|username|multifactorauth.*|tokenissuetime|federatedprovider|sourceidentity)$|^saml:|^(?!aws:|sts:|iam:).*:(aud|sub|amr|oaud|azp|actor|.*_id|ref|environment|repository.*|workflow|job_workflow_ref)$/;

/** Prepares the stated keys for look-up. A key stated for one hop wins over one stated for all. */
export function prepareGiven(given: readonly GivenKey[]): Given {
  if (given.length === 0) return { at: () => undefined, withPrefix: () => [], any: false, perHop: false };
  const stated = new Map<string, GivenKey['value']>();
  for (const { key, value, hop } of given) stated.set(`${hop ?? '*'} ${key.toLowerCase()}`, value);
  const at: Given['at'] = (hop, key) => {
    const exact = stated.get(`${hop} ${key}`);
    if (exact !== undefined) return exact;
    if (hop > 1 && SESSION_KEY.test(key)) return undefined;
    return stated.get(`* ${key}`);
  };
  const keys = [...new Set(given.map(({ key }) => key.toLowerCase()))];
  const withPrefix: Given['withPrefix'] = (hop, prefix) =>
    keys.flatMap((key) => {
      const value = key.startsWith(prefix) ? at(hop, key) : undefined;
      return typeof value === 'string' ? [[key, value] as const] : [];
    });
  return { at, withPrefix, any: true, perHop: given.some(({ hop }) => hop !== undefined) };
}
