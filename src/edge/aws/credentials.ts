import { devNull } from 'node:os';
import type { SdkCredentials, SdkNeed } from '../credentials/index.ts';

/** What the AWS SDK found, or why it found nothing. Plain data: this room is a bundle of its own. */
export type SdkAnswer = { readonly credentials: SdkCredentials } | { readonly failure: string };

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** A machine that is no EC2 instance has nobody at the metadata address, and should not be waited for. */
const METADATA = { timeout: 1000, maxRetries: 1 };

/**
 * Credentials from a source that the AWS SDK knows better: an SSO or login session, a container, an EC2 instance
 * (SDK and tools reference guide, "Standardized credential providers"). The SDK reads its own part of the environment.
 */
export async function sdkCredentials({ kind, profile, configFile, credentialsFile, region }: SdkNeed): Promise<SdkAnswer> {
  const isFile = kind === 'sso' || kind === 'login';
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const provider = defaultProvider({
    logger: SILENT,
    ...METADATA,
    // A profile that is named keeps the SDK from the keys of the environment; one that no file has, from all profiles.
    ...(isFile
      ? { profile, filepath: credentialsFile, configFilepath: configFile }
      : { profile: 'none', filepath: devNull, configFilepath: devNull }),
    ...(region === undefined ? {} : { clientConfig: { region } }),
  });
  const restore = withoutVariables(isFile ? [...IDENTITY, ...CONTAINER] : IDENTITY, isFile);
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provider();
    return {
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        ...(expiration === undefined ? {} : { expiration }),
      },
    };
  } catch (error) {
    return { failure: (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '' };
  } finally {
    restore();
  }
}

const IDENTITY = ['AWS_WEB_IDENTITY_TOKEN_FILE'];
const CONTAINER = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];

/**
 * The SDK's chain goes on to the next source when one has nothing, and another source is another identity: what the others
 * are found by is taken out of its sight. Gives the function that puts it back.
 */
function withoutVariables(names: readonly string[], withoutInstance: boolean): () => void {
  const off = 'AWS_EC2_METADATA_DISABLED';
  const before = [...names, off].map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  if (withoutInstance) process.env[off] = 'true';
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
