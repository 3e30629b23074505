import type { Credentials } from '../../rules/token/index.ts';

/** The world around, handed in: nothing here asks the machine by itself. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `~`. */
  readonly home: string;
  /** Absolute path that relative file names start from. */
  readonly cwd: string;
  readonly now: () => Date;
  /** A sentence for the person, which is no answer (stderr). */
  readonly note: (text: string) => void;
  /** Asks on the terminal itself, not on stdin; undefined when there is no terminal. */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** The AWS SDK's own providers, for the sources that are rare; loaded when one is needed. */
  readonly sdk?: (need: SdkNeed) => Promise<{ readonly credentials: SdkCredentials } | { readonly failure: string }>;
}

/** A source of credentials that the AWS SDK knows better. */
export interface SdkNeed {
  readonly kind: 'sso' | 'login' | 'container' | 'instance';
  readonly profile: string;
  readonly region?: string;
  readonly configFile: string;
  readonly credentialsFile: string;
}

/** What the AWS SDK gave. */
export interface SdkCredentials extends Credentials {
  readonly expiration?: Date;
}

/** A role to assume, with what is sent along. */
export interface RoleHop {
  readonly arn: string;
  readonly externalId?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  /** Session tags, in order. */
  readonly tags?: readonly (readonly [key: string, value: string])[];
  readonly durationSeconds?: number;
  readonly mfaSerial?: string;
  /** Headers that go along with AssumeRole and are signed: `x-amz-source-arn`. Names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whose credentials are wanted. */
export interface CredentialsRequest {
  /** As `--profile` says it; without it AWS_PROFILE, then `default`. */
  readonly profile?: string;
  /** As `--region` or the cluster's ARN says it; without it AWS_REGION, AWS_DEFAULT_REGION, then the profile's. */
  readonly region?: string;
  /** Roles that are assumed after whatever the profile does, first one first. */
  readonly roles: readonly RoleHop[];
  /** False: nothing is read from the cache and nothing is kept in it. */
  readonly cache?: boolean;
}

/** One link of the chain. */
export interface Hop {
  readonly role: string;
  /** Who asked for it: `profile ci (/home/x/.aws/config:7)`, `--role`. */
  readonly by: string;
  /** `already`: the caller was that role, so nothing was assumed. */
  readonly how: 'assumed' | 'cached' | 'already';
  /** The session's ARN, `arn:aws:sts::111111111111:assumed-role/ci/alice`. */
  readonly session: string;
}

/** Credentials, where they came from and through which roles. */
export interface Resolved {
  readonly credentials: Credentials;
  /** Absent for keys that do not expire. */
  readonly expires?: Date;
  readonly region: string;
  /** What the chain started with, in words: `the environment (AWS_ACCESS_KEY_ID)`. */
  readonly source: string;
  readonly profile?: string;
  readonly hops: readonly Hop[];
}

/** Who STS says that a caller is. */
export interface CallerIdentity {
  readonly arn: string;
  readonly account: string;
  /** `AIDA…`, `AROA…:session`, or the account's id for root. */
  readonly userId: string;
}
