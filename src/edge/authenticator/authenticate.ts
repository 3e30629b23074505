import { type Backend, type BackendAnswer, mapByBackends } from '../../rules/eks/index.ts';
import type { TokenIdentity } from '../../rules/token/index.ts';
import type { Ec2Names } from './ec2.ts';
import { createLimiter } from './limit.ts';
import type { Log, Tell } from './log.ts';
import type { Metrics, ReviewResult } from './metrics.ts';
import { accept, deny, type Review, readReview } from './review.ts';
import type { Verdict } from './verify.ts';

/** Who is who, as the newest good configuration has it. */
export interface Mappings {
  readonly backends: readonly Backend[];
  readonly scrubbedAccounts: readonly string[];
  readonly audiences: readonly string[];
}

/** An answer to the API server. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What reviews are judged with. */
export interface AuthenticateOptions {
  readonly verify: (token: string, source: string) => Promise<Verdict>;
  readonly mappings: () => Mappings;
  readonly instanceName: Ec2Names['nameOf'];
  readonly partition: string;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

const JSON_TYPE = 'application/json; charset=UTF-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/**
 * Makes the function that answers one TokenReview, with the status codes and bodies of aws-iam-authenticator (pkg/server;
 * facts §1.8): 400 for what is no review, 403 for a refused token and for a caller that nobody maps, 429 where STS or a
 * limit of ours says that it is too much, 200 else. Why goes to the log and never to the caller.
 */
export function createAuthenticate(options: AuthenticateOptions): (body: string, source: string) => Promise<Answer> {
  const { metrics, log, now } = options;
  // A flood of bad tokens must not become a flood of lines.
  const lines = createLimiter(() => ({ perSecond: 20, burst: 200 }));
  let untold = 0;
  const refuse: Tell = (fields, message) => {
    if (!lines.allows('', now())) {
      untold++;
      return;
    }
    lines.take('', now());
    log.warn(untold === 0 ? fields : { ...fields, untold }, message);
    untold = 0;
  };

  // An identity from the cache is the same object as long as it is there; a change of the mappings makes a new one of them.
  const mappedOf = new WeakMap<TokenIdentity, { readonly mappings: Mappings; readonly answer: BackendAnswer }>();
  const mapOnce = (identity: TokenIdentity): BackendAnswer | Promise<BackendAnswer> => {
    const mappings = options.mappings();
    const known = mappedOf.get(identity);
    if (known?.mappings === mappings) return known.answer;
    const { partition } = options;
    const answer = mapByBackends(mappings.backends, toSts(identity), { partition });
    if (answer.state !== 'instance') mappedOf.set(identity, { mappings, answer });
    else {
      return options.instanceName(answer.instance).then((found) => {
        const { backend, instance, row } = answer;
        if ('error' in found)
          return { state: 'refused', backend, error: `mapper ${backend} renderTemplates error: ${found.error}`, row };
        // The same rows as before, also when others have come meanwhile: the name was asked for one of them. It is
        // remembered with the names alone, which know how long it is good.
        return mapByBackends(mappings.backends, toSts(identity), {
          partition,
          ec2PrivateDnsNames: { [instance]: found.name },
        });
      });
    }
    return answer;
  };

  const judge = async (review: Review, source: string): Promise<readonly [ReviewResult, Answer]> => {
    const no = (status: number): Answer => ({ status, type: JSON_TYPE, body: deny(review) });
    const verdict = await options.verify(review.token, source);
    if (verdict.state === 'limited') {
      refuse({ source, accessKeyId: shown(verdict.accessKeyId), error: verdict.error }, 'access denied: too much');
      return ['limited', no(429)];
    }
    if (verdict.state === 'refused') {
      const { check, kind, error } = verdict.refusal;
      const key = verdict.accessKeyId === undefined ? {} : { accessKeyId: shown(verdict.accessKeyId) };
      refuse({ source, ...key, check, error }, 'access denied');
      if (kind === 'throttled') return ['sts_throttling', no(429)];
      return [kind === 'sts' ? 'sts_error' : 'invalid_token', no(403)];
    }
    const { identity } = verdict;
    const { scrubbedAccounts, audiences } = options.mappings();
    const isScrubbed = scrubbedAccounts.includes(identity.accountId);
    const who = isScrubbed ? {} : { arn: identity.arn, accessKeyId: shown(identity.accessKeyId) };
    const speaksFor = review.audiences.filter((audience) => audiences.includes(audience));
    if (audiences.length > 0 && review.audiences.length > 0 && speaksFor.length === 0) {
      refuse({ source, ...who, error: 'none of the audiences of the review is one of this server' }, 'access denied');
      return ['invalid_token', no(403)];
    }
    const mapped = await mapOnce(identity);
    if (mapped.state !== 'mapped') {
      const canonicalArn = isScrubbed ? undefined : identity.canonicalArn;
      refuse({ source, ...who, canonicalArn, error: whyNot(mapped, isScrubbed) }, 'access denied');
      return ['uknown_user', no(403)];
    }
    const { username, groups, backend, by } = mapped;
    log.info({ source, ...who, backend, by, username, groups }, 'access granted');
    return [
      'success',
      { status: 200, type: JSON_TYPE, body: accept(review, { username, groups }, identity, isScrubbed, speaksFor) },
    ];
  };

  return async (body, source) => {
    const from = now();
    const malformed = (text: string): readonly [ReviewResult, Answer] => {
      refuse({ source, error: text }, 'malformed request');
      return ['malformed_request', { status: 400, type: TEXT_TYPE, body: `${text}\n` }];
    };
    const review = body === '' ? undefined : readReview(body);
    const [result, answer] =
      review !== undefined
        ? await judge(review, source)
        : malformed(body === '' ? 'expected a request body' : 'expected a request body to be a TokenReview');
    metrics.review(result, Math.max(0, now() - from) / 1000);
    return answer;
  };
}

function whyNot(mapped: Exclude<BackendAnswer, { readonly state: 'mapped' }>, isScrubbed: boolean): string {
  if (mapped.state === 'none') return 'identity is not mapped';
  if (mapped.state === 'instance') return 'the row needs the private DNS name of an instance';
  // The words of the refusal hold the name, in which the session may stand.
  return isScrubbed ? 'the row of the identity cannot be used' : mapped.error;
}

function toSts(identity: TokenIdentity): Parameters<typeof mapByBackends>[1] {
  const { arn, accountId, sessionName, accessKeyId } = identity;
  return { arn, account: accountId, sessionName, accessKeyId };
}

/** An access key id is a name and no secret; what has not its form is a piece of something else. */
function shown(accessKeyId: string): string {
  return /^[A-Z0-9]{16,128}$/.test(accessKeyId) ? accessKeyId : '…';
}
