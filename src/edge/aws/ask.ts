import type { Credentials } from '../../rules/token/index.ts';
import type { AwsAccess } from './client.ts';
import { type AwsFailure, failureOf, isExpired, tryEnd } from './failure.ts';
import type { Gate } from './gate.ts';

/** What a call gave, or why it gave nothing. Plain data: this room is a bundle of its own. */
export type Answer<T> = { readonly value: T } | { readonly failure: AwsFailure };

/** As whom one API of an account is asked, and how many of its calls go at once. */
export interface AwsCaller {
  /** How the API is reached; called again after the credentials were renewed. */
  readonly access: () => AwsAccess;
  /** Renews credentials that have expired; false: that does not help. */
  readonly renew: (stale: Credentials) => Promise<boolean>;
  readonly gate: Gate;
  /** Told of every request that is sent, tries included. */
  readonly onCall?: (operation: string) => void;
}

/** A client of the SDK, as far as it is used here. */
interface Client {
  readonly destroy: () => void;
}

/** Sends calls with one client; a client that holds expired credentials is replaced. */
export interface Sender<C extends Client> {
  readonly ask: <T>(operation: string, send: (client: C) => Promise<T>) => Promise<Answer<T>>;
  readonly close: () => void;
}

/** Makes a sender. Each call ends in an answer or a failure and never throws. */
export function makeSender<C extends Client>(caller: AwsCaller, make: (access: AwsAccess) => C): Sender<C> {
  let held: { readonly client: C; readonly credentials: Credentials } | undefined;
  const hold = (): { readonly client: C; readonly credentials: Credentials } => {
    const access = caller.access();
    if (held?.credentials === access.credentials) return held;
    held?.client.destroy();
    held = { client: make(access), credentials: access.credentials };
    return held;
  };
  const once = <T>(operation: string, send: (client: C) => Promise<T>): Promise<T> =>
    caller.gate.run(async () => {
      const { client, credentials } = hold();
      caller.onCall?.(operation);
      try {
        return await send(client);
      } catch (error) {
        throw isExpired(error) ? new Stale(credentials, error) : error;
      }
    }, tryEnd);
  return {
    ask: async (operation, send) => {
      try {
        return { value: await once(operation, send) };
      } catch (error) {
        if (!(error instanceof Stale)) return { failure: failureOf(error) };
        if (!(await caller.renew(error.credentials))) return { failure: failureOf(error.cause) };
      }
      try {
        return { value: await once(operation, send) };
      } catch (error) {
        return { failure: failureOf(error instanceof Stale ? error.cause : error) };
      }
    },
    close: () => held?.client.destroy(),
  };
}

/** The credentials of a call had expired. */
class Stale extends Error {
  readonly credentials: Credentials;

  constructor(credentials: Credentials, cause: unknown) {
    super('expired', { cause });
    this.credentials = credentials;
  }
}

/** Pages of a list as they came; with the failure that cut it off, where one did. */
export interface Pages<T> {
  readonly pages: readonly T[];
  readonly failure?: AwsFailure;
}

/** More pages than any account or cluster has: whoever gives so many does not come to an end. */
const MOST_PAGES = 10_000;

/**
 * Asks for page after page. A page that names one that was there already would go round for ever: that is a failure, and so is
 * a list without an end.
 */
export async function allPages<T>(
  page: (token: string | undefined) => Promise<Answer<T>>,
  next: (page: T) => string | undefined,
): Promise<Pages<T>> {
  const pages: T[] = [];
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const answer = await page(token);
    if ('failure' in answer) return { pages, failure: answer.failure };
    pages.push(answer.value);
    token = next(answer.value);
    if (token === undefined || token === '') return { pages };
    if (seen.has(token) || pages.length >= MOST_PAGES)
      return { pages, failure: { code: 'PageLoop', message: 'the pages of the answer do not come to an end' } };
    seen.add(token);
  }
}
