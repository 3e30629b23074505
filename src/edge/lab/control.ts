import { credentialsOf } from './credentials.ts';
import type { BareLab } from './lab.ts';
import { answerDiscovery, issueToken } from './oidc.ts';
import type { Control } from './server.ts';
import { clustersIn } from './state/scope.ts';
import type { AwsReply } from './wire/request.ts';

/** Where the lab's own calls go; no AWS API has such a path. */
export const CONTROL_PATH = '/_causeway/';

/**
 * The header that makes a call one of `causeway lab`: a web page cannot send it to another origin without being asked
 * first, and the lab never agrees.
 */
export const CONTROL_HEADER = 'x-causeway-lab';

/** What `causeway lab env` needs to know. */
export interface EnvAnswer {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly arn: string;
  /** PEM of the lab's certificate authority. */
  readonly authority: string;
}

/** What the control calls act on beside the lab. */
export interface Controlled {
  readonly endpoint: () => string;
  /** Absent: one where the account has a cluster, or of its partition. */
  readonly region?: string;
  readonly authority: string;
  /** Further calls by name. */
  readonly calls: Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => Promise<unknown>>>;
}

/** Answers the calls of `causeway lab env` and its like. */
export function makeControl(lab: BareLab, { endpoint, region, authority, calls }: Controlled): Control {
  const own: Controlled['calls'] = {
    env: async ({ as }) => {
      const credentials = credentialsOf(lab, typeof as === 'string' ? as : '');
      if ('error' in credentials) return credentials;
      const { arn, ...rest } = credentials;
      const where = region ?? regionFor(lab, arn);
      return { endpoint: endpoint(), region: where, credentials: rest, arn, authority } satisfies EnvAnswer;
    },
    log: async () => ({ calls: lab.calls() }),
    clock: async ({ by }) => {
      if (typeof by !== 'number' || !Number.isSafeInteger(by) || by < 0)
        return { error: 'the clock moves forward, by milliseconds' };
      lab.moveClock(by);
      return { now: lab.now().toISOString() };
    },
    'oidc-token': async (body) => issueToken(lab, body),
    ...calls,
  };
  return async (request) => {
    if (!request.path.startsWith(CONTROL_PATH)) return undefined;
    // What everybody may know.
    const discovered = answerDiscovery(lab, request, { host: '', lead: `${CONTROL_PATH}oidc`, origin: endpoint() });
    if (discovered !== undefined) return discovered;
    if (request.method !== 'POST' || request.header(CONTROL_HEADER) === undefined || !isLoopback(request.header('host'))) {
      return reply(403, { error: `a call of causeway lab is a POST with the header ${CONTROL_HEADER}` });
    }
    const name = request.path.slice(CONTROL_PATH.length);
    const call = Object.hasOwn(own, name) ? own[name] : undefined;
    if (call === undefined) return reply(404, { error: `the lab has no call "${name}"` });
    try {
      const body: unknown = JSON.parse(request.body === '' ? '{}' : request.body);
      if (typeof body !== 'object' || body === null) return reply(400, { error: 'an object is expected' });
      return reply(200, await call(body as Readonly<Record<string, unknown>>));
    } catch (error) {
      return reply(500, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** A region for the shell of somebody: where its account has a cluster, else any of its partition. */
function regionFor({ store }: BareLab, arn: string): string {
  const [, partition = '', , , account] = arn.split(':');
  const clusters = clustersIn(store.scopes()).map((cluster) => cluster.split(':'));
  const own = clusters.find(([, , , , owner]) => owner === account) ?? clusters.find(([, where]) => where === partition);
  return own?.[3] ?? FIRST[partition] ?? 'eu-west-1';
}

const FIRST: Readonly<Record<string, string>> = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' };

/** A name that somebody else's DNS leads to this machine is none of ours. */
function isLoopback(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');
}

function reply(status: number, body: unknown): AwsReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
