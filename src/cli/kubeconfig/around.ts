import type { AwsAccess } from '../../edge/aws/index.ts';
import { isCredentialsError, proxyFor, type Resolved, resolveCredentials } from '../../edge/credentials/index.ts';
import type { Io } from '../context.ts';
import type { CredentialFlags } from '../credential-flags.ts';
import { CliError, EXIT } from '../exit.ts';
import { absolute } from '../files.ts';
import { surroundings } from '../surroundings.ts';

/** Credentials after all roles of the flags. Throws a CliError that names the hop. */
export async function credentialsOf(flags: CredentialFlags, io: Io): Promise<Resolved> {
  const { profile, region, roles } = flags;
  const asked = { roles, ...(profile === undefined ? {} : { profile }), ...(region === undefined ? {} : { region }) };
  return orCliError(() => resolveCredentials(asked, surroundings(io)));
}

/** Runs something of the credentials room; its errors become ours, with the exit code that goes with them. */
export async function orCliError<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isCredentialsError(error))
      throw new CliError(error.kind === 'usage' ? EXIT.usage : EXIT.failed, error.message, error.hints);
    throw error;
  }
}

/**
 * How EKS is asked with these credentials: the address of AWS_ENDPOINT_URL_EKS or AWS_ENDPOINT_URL (SDK and tools reference
 * guide, "Service-specific endpoints"), else the region's own; the proxy and the CA bundle of the environment.
 */
export function accessOf(resolved: Resolved, region: string, io: Io): AwsAccess {
  const endpoint = io.env['AWS_ENDPOINT_URL_EKS'] || io.env['AWS_ENDPOINT_URL'] || undefined;
  const caBundle = io.env['AWS_CA_BUNDLE'] || undefined;
  const proxy = proxyFor(endpoint ?? `https://eks.${region}.amazonaws.com`, io.env);
  return {
    region,
    credentials: resolved.credentials,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(caBundle === undefined ? {} : { caBundle: absolute(caBundle, io) }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}
