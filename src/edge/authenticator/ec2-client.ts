import { parseArn } from '../../rules/arn/index.ts';
import {
  askQuery,
  isCredentialsError,
  type Resolved,
  type RoleHop,
  resolveCredentials,
  type Surroundings,
} from '../credentials/index.ts';
import type { Ec2Settings } from './config.ts';
import { type Ec2Answer, readEc2Answer } from './ec2-answer.ts';

/** How EC2 is asked. */
export interface Ec2Client {
  /** Asks for instances by their ids; never throws. */
  readonly describe: (instances: readonly string[]) => Promise<Ec2Answer>;
  /** Why EC2 cannot be asked: there is no region, or there are no credentials. Asks EC2 nothing. */
  readonly fault: () => Promise<string | undefined>;
}

/** What the client is told. */
export interface Ec2ClientOptions {
  readonly settings: () => Ec2Settings;
  /** The server's own region; empty leaves it to the environment and the profile. */
  readonly region: () => string;
  readonly around: Surroundings;
  /** Told before each call. */
  readonly onCall: () => void;
}

/** Credentials that never expire are looked up again after so long: a file may have new ones. */
const AGAIN_MS = 300_000;

/** Credentials are renewed so long before they expire. */
const EARLY_MS = 300_000;

/** Credentials that could not be had are not asked for again before. */
const PAUSE_MS = 5000;

/** Fifty instances with all their tags are about a megabyte. */
const LIMITS = { milliseconds: 10_000, bytes: 8 << 20 } as const;

/**
 * Makes a client for ec2:DescribeInstances with the server's credentials, through `ec2DescribeInstancesRoleARN` where one
 * is set. Credentials are kept in memory alone and are looked up once for all who wait.
 */
export function createEc2Client({ settings, region, around, onCall }: Ec2ClientOptions): Ec2Client {
  interface Held {
    readonly key: string;
    readonly resolved: Promise<Resolved>;
    until: number;
  }
  let held: Held | undefined;
  const credentials = (): Promise<Resolved> => {
    const now = (): number => around.now().getTime();
    const roles = hopOf(settings());
    const key = JSON.stringify([region(), roles]);
    if (held?.key === key && now() < held.until) return held.resolved;
    const asked = { roles, cache: false, ...(region() === '' ? {} : { region: region() }) };
    const mine: Held = { key, resolved: resolveCredentials(asked, around), until: Number.POSITIVE_INFINITY };
    held = mine;
    mine.resolved.then(
      ({ expires }) => {
        const until = expires === undefined ? now() + AGAIN_MS : expires.getTime() - EARLY_MS;
        mine.until = Math.max(until, now() + PAUSE_MS);
      },
      () => {
        mine.until = now() + PAUSE_MS;
      },
    );
    return mine.resolved;
  };
  return {
    describe: async (instances) => {
      try {
        const resolved = await credentials();
        onCall();
        const asked = { service: 'ec2', parameters: describeInstances(instances), limits: LIMITS } as const;
        const answer = await readEc2Answer(await askQuery(asked, resolved, around));
        if ('names' in answer) return answer;
        // Credentials that EC2 calls wrong or old are looked up anew for the next call.
        if (/^(?:AuthFailure|RequestExpired|ExpiredToken|InvalidClientTokenId)/.test(answer.code ?? '')) held = undefined;
        const { secretAccessKey, sessionToken = secretAccessKey } = resolved.credentials;
        return { ...answer, error: answer.error.replaceAll(secretAccessKey, '…').replaceAll(sessionToken, '…') };
      } catch (error) {
        return { error: told(error) };
      }
    },
    fault: async () => {
      try {
        await credentials();
        return undefined;
      } catch (error) {
        return told(error);
      }
    },
  };
}

/**
 * The filter and not the list of ids: with the list one instance that EC2 does not know fails the whole call, and whoever
 * names such a one would keep all others out.
 */
function describeInstances(instances: readonly string[]): Readonly<Record<string, string>> {
  return {
    Action: 'DescribeInstances',
    'Filter.1.Name': 'instance-id',
    ...Object.fromEntries(instances.map((id, index) => [`Filter.1.Value.${index + 1}`, id])),
  };
}

/** The role with the headers of the original, against a confused deputy (aws-iam-authenticator pkg/ec2provider). */
function hopOf({ roleArn, sourceArn }: Ec2Settings): readonly RoleHop[] {
  if (roleArn === '') return [];
  const headers = {
    'x-amz-source-account': parseArn(roleArn)?.account ?? '',
    ...(sourceArn === '' ? {} : { 'x-amz-source-arn': sourceArn }),
  };
  return [{ arn: roleArn, headers }];
}

/** Whatever else is thrown may hold outside text. */
function told(error: unknown): string {
  if (!isCredentialsError(error)) return 'it could not be asked';
  if (error.message.startsWith('there is no region'))
    return 'there is no region to ask EC2 in: causeway.region of the configuration or AWS_REGION names one';
  // A hop is told as a flag, which there is none of here.
  const message = error.message.replaceAll('--role arn:', 'ec2DescribeInstancesRoleARN arn:');
  return [message, ...error.hints].join('; ');
}
