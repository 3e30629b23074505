import type { SentRequest } from '../../../rules/token/index.ts';

/** A request of an AWS API as it came. */
export interface AwsRequest extends SentRequest {
  readonly body: string;
  /** First value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/** An answer as it goes out. */
export interface AwsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
