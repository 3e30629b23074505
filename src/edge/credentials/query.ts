import { type QueryService, queryPost } from '../../rules/token/index.ts';
import { connectionOf, profileName } from './settings.ts';
import { readSharedFiles } from './shared-files.ts';
import { type Answer, type AnswerLimits, send } from './transport.ts';
import type { Resolved, Surroundings } from './types.ts';

/** A call of a service of the query protocol. */
export interface Asked {
  readonly service: QueryService;
  /** `{ Action: 'DescribeInstances', … }` */
  readonly parameters: Readonly<Record<string, string>>;
  readonly limits: AnswerLimits;
}

/**
 * Asks a service in the region of the credentials, with a POST that they sign; the endpoint, the certificates and the proxy
 * come from the environment and the profile, as they do for STS. Gives whatever was answered, also a refusal. Throws a
 * CredentialsError when nobody answers, or when the environment or the files are wrong.
 */
export async function askQuery(
  { service, parameters, limits }: Asked,
  { credentials, region, profile }: Pick<Resolved, 'credentials' | 'region' | 'profile'>,
  around: Surroundings,
): Promise<Answer> {
  const files = readSharedFiles(around);
  const connection = connectionOf(region, profileName(profile, around.env), files, around, service);
  const post = queryPost(service, parameters, connection.endpoint, credentials, around.now());
  return send(post, connection, `${service}:${parameters['Action'] ?? ''}`, limits);
}
