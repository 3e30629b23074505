import { readFileSync } from 'node:fs';
import type { Credentials } from '../../rules/token/index.ts';
import { codeOf, wrong } from './error.ts';
import { profileName, regionOf } from './settings.ts';
import { type ProfileSettings, pathOf, type SharedFiles } from './shared-files.ts';
import type { CredentialsRequest, RoleHop, SdkNeed, Surroundings } from './types.ts';

/** Where the first credentials come from; nothing has been run or asked yet. */
export type Source = { readonly where: string } & (
  | { readonly kind: 'keys'; readonly credentials: Credentials }
  | { readonly kind: 'process'; readonly command: string }
  | { readonly kind: 'web-identity'; readonly role: string; readonly token: string; readonly sessionName?: string }
  | { readonly kind: 'sdk'; readonly need: SdkNeed; readonly settings: string }
);

/** A role that is going to be assumed, and who wants it. */
export interface PlannedHop extends RoleHop {
  readonly by: string;
}

/** The whole chain, as the environment, the files and the flags ask for it. */
export interface Plan {
  readonly source: Source;
  readonly hops: readonly PlannedHop[];
}

type Around = Pick<Surroundings, 'env' | 'home' | 'cwd'>;

/**
 * The chain in the order of the AWS CLI (botocore's credential resolver): keys of the environment unless `--profile` is
 * given, the profile's roles with what they start from, a web identity of the environment, SSO, the profile's keys, its
 * process, the container, the instance. The roles of the flags come last.
 */
export function planChain(request: CredentialsRequest, files: SharedFiles, around: Around): Plan {
  const asked = request.roles.map((role): PlannedHop => ({ ...role, by: '--role' }));
  const { env } = around;
  const fromEnvironment = request.profile === undefined ? keysOfEnvironment(env) : undefined;
  if (fromEnvironment !== undefined) return { source: fromEnvironment, hops: asked };
  const name = profileName(request.profile, env);
  const chain = followProfile(name, request, files, around);
  return { source: chain.source, hops: [...chain.hops, ...asked] };
}

function followProfile(name: string, request: CredentialsRequest, files: SharedFiles, around: Around): Plan {
  const hops: PlannedHop[] = [];
  const seen: string[] = [];
  for (let at = name; ; ) {
    const profile = files.profiles.get(at);
    const last = seen.at(-1);
    if (profile === undefined) {
      if (last !== undefined)
        throw wrong(`profile ${last} takes its credentials from profile ${at}, which does not exist`, namesOf(files));
      if (at !== 'default' || around.env['AWS_PROFILE'])
        throw wrong(`there is no profile ${at} in ${files.configFile} or ${files.credentialsFile}`, namesOf(files));
      return { source: ownSource(at, new Map(), request, files, around, false), hops };
    }
    const role = profile.get('role_arn');
    const source = profile.get('source_profile')?.value;
    // A profile that is a source and has keys is its keys, whatever else it says; so is one that names itself.
    if (role === undefined || profile.has('web_identity_token_file') || (last !== undefined && profile.has('aws_access_key_id')))
      return { source: ownSource(at, profile, request, files, around, last !== undefined), hops };
    if (!role.value) throw wrong(`role_arn at ${role.at} is empty`);
    hops.unshift(hopOf(at, profile));
    const from = profile.get('credential_source');
    if (source !== undefined && from !== undefined)
      throw wrong(`profile ${at} has both source_profile and credential_source (${from.at})`, 'keep one of them');
    if (from !== undefined) return { source: credentialSource(from.value, from.at, request, files, around), hops };
    if (source === undefined)
      throw wrong(
        `profile ${at} has a role_arn (${role.at}) and nothing to assume it with`,
        'add source_profile or credential_source',
      );
    if (source === at) {
      if (!profile.has('aws_access_key_id')) throw wrong(`profile ${at} is its own source_profile and has no keys (${role.at})`);
      return { source: keysOfProfile(at, profile), hops };
    }
    seen.push(at);
    if (seen.includes(source)) throw wrong(`the source_profile of ${at} leads back to ${source} (${role.at})`);
    at = source;
  }
}

function namesOf(files: SharedFiles): string {
  const names = [...files.profiles.keys()];
  if (names.length === 0) return 'neither file has a profile: aws configure makes one';
  return `there are ${names.slice(0, 8).join(', ')}${names.length > 8 ? `, and ${names.length - 8} more` : ''}`;
}

function hopOf(name: string, profile: ProfileSettings): PlannedHop {
  const value = (key: string): string | undefined => profile.get(key)?.value || undefined;
  const [arn, externalId, sessionName, mfaSerial] = ['role_arn', 'external_id', 'role_session_name', 'mfa_serial'].map(value);
  const duration = profile.get('duration_seconds');
  if (duration !== undefined && !/^\d{1,6}$/.test(duration.value)) throw wrong(`duration_seconds at ${duration.at} is no number`);
  return {
    arn: arn ?? '',
    by: `profile ${name}`,
    ...(externalId === undefined ? {} : { externalId }),
    ...(sessionName === undefined ? {} : { sessionName }),
    ...(mfaSerial === undefined ? {} : { mfaSerial }),
    ...(duration === undefined ? {} : { durationSeconds: Number(duration.value) }),
  };
}

/** What a profile that assumes no role starts with. */
function ownSource(
  name: string,
  profile: ProfileSettings,
  request: CredentialsRequest,
  files: SharedFiles,
  around: Around,
  isSource: boolean,
): Source {
  const { env } = around;
  const tokenFile = profile.get('web_identity_token_file');
  if (tokenFile !== undefined) {
    const role = profile.get('role_arn')?.value;
    if (!role) throw wrong(`profile ${name} has web_identity_token_file (${tokenFile.at}) and no role_arn`);
    return webIdentity(
      role,
      tokenFile.value,
      profile.get('role_session_name')?.value,
      `the web identity of profile ${name}`,
      around,
    );
  }
  const envRole = env['AWS_ROLE_ARN'];
  const envToken = env['AWS_WEB_IDENTITY_TOKEN_FILE'];
  if (!isSource && request.profile === undefined && envRole && envToken) {
    const where = 'the web identity of the environment (AWS_WEB_IDENTITY_TOKEN_FILE)';
    return webIdentity(envRole, envToken, env['AWS_ROLE_SESSION_NAME'], where, around);
  }
  if (profile.has('sso_start_url') || profile.has('sso_session')) return rare('sso', name, request, files, around);
  if (profile.has('aws_access_key_id') || profile.has('aws_secret_access_key')) return keysOfProfile(name, profile);
  if (profile.has('login_session')) return rare('login', name, request, files, around);
  const command = profile.get('credential_process');
  if (command?.value)
    return { kind: 'process', command: command.value, where: `credential_process of profile ${name} (${command.at})` };
  if (hasContainer(env)) return rare('container', name, request, files, around);
  return rare('instance', name, request, files, around);
}

function credentialSource(value: string, at: string, request: CredentialsRequest, files: SharedFiles, around: Around): Source {
  switch (value.toLowerCase()) {
    case 'environment': {
      const keys = keysOfEnvironment(around.env);
      if (keys === undefined)
        throw wrong(`credential_source at ${at} is Environment, and the environment has no AWS_ACCESS_KEY_ID`);
      return keys;
    }
    case 'ecscontainer':
      if (!hasContainer(around.env))
        throw wrong(`credential_source at ${at} is EcsContainer, and the environment names no container credentials`);
      return rare('container', 'default', request, files, around);
    case 'ec2instancemetadata':
      return rare('instance', 'default', request, files, around);
    default:
      throw wrong(`credential_source at ${at} is none of Environment, EcsContainer and Ec2InstanceMetadata`);
  }
}

function hasContainer(env: Surroundings['env']): boolean {
  return Boolean(env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] || env['AWS_CONTAINER_CREDENTIALS_FULL_URI']);
}

const RARE = {
  sso: (name: string) => `the SSO session of profile ${name}`,
  login: (name: string) => `the login session of profile ${name}`,
  container: () => "the container's credentials",
  instance: () => 'the role of the EC2 instance',
} as const satisfies Record<SdkNeed['kind'], (name: string) => string>;

function rare(kind: SdkNeed['kind'], profile: string, request: CredentialsRequest, files: SharedFiles, around: Around): Source {
  const { configFile, credentialsFile, profiles } = files;
  const region = regionOf(request.region, around.env, profiles.get(profile));
  const settings = [...(profiles.get(profile) ?? [])].map(([key, { value }]) => `${key}=${value}`).sort();
  return {
    kind: 'sdk',
    where: RARE[kind](profile),
    need: { kind, profile, configFile, credentialsFile, ...(region === undefined ? {} : { region }) },
    settings: settings.join('\n'),
  };
}

function webIdentity(role: string, file: string, sessionName: string | undefined, where: string, around: Around): Source {
  const path = pathOf(file, around);
  try {
    const token = readFileSync(path, 'utf8').trim();
    return { kind: 'web-identity', role, token, where, ...(sessionName ? { sessionName } : {}) };
  } catch (error) {
    throw wrong(`${where}: the token file ${path} cannot be read (${codeOf(error) ?? 'unknown error'})`);
  }
}

function keysOfEnvironment(env: Surroundings['env']): Source | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] || env['AWS_ACCESS_KEY'];
  if (!accessKeyId) return undefined;
  const where = 'the environment (AWS_ACCESS_KEY_ID)';
  const secret = env['AWS_SECRET_ACCESS_KEY'] || env['AWS_SECRET_KEY'];
  if (!secret) throw wrong('the environment has AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY', 'set both, or neither');
  const token = env['AWS_SESSION_TOKEN'] || env['AWS_SECURITY_TOKEN'];
  return { kind: 'keys', credentials: checkedKeys(accessKeyId, secret, token, where), where };
}

function keysOfProfile(name: string, profile: ProfileSettings): Source {
  const id = profile.get('aws_access_key_id');
  const secret = profile.get('aws_secret_access_key');
  const at = (id ?? secret)?.at ?? '';
  if (!id?.value || !secret?.value) {
    const [there, missing] = id?.value
      ? ['aws_access_key_id', 'aws_secret_access_key']
      : ['aws_secret_access_key', 'aws_access_key_id'];
    throw wrong(`profile ${name} has ${there} (${at}) and no ${missing}`);
  }
  const where = `the keys of profile ${name} (${at})`;
  const token = profile.get('aws_session_token')?.value || profile.get('aws_security_token')?.value;
  return { kind: 'keys', credentials: checkedKeys(id.value, secret.value, token, where), where };
}

/** Keys as they can be sent; what is wrong is said without a character of them. */
export function checkedKeys(
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | undefined,
  where: string,
): Credentials {
  const bad = (what: string): Error =>
    wrong(`${where}: the ${what} holds blanks or characters that none can have`, 'copy it again, whole and on one line');
  if (!/^[\w+=.@-]{1,128}$/.test(accessKeyId)) throw bad('access key id');
  if (!/^[!-~]{1,4096}$/.test(secretAccessKey)) throw bad('secret access key');
  if (sessionToken !== undefined && sessionToken !== '' && !/^[!-~]{1,16384}$/.test(sessionToken)) throw bad('session token');
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
