import { readAwsConfig } from '../base/index.ts';

/** What a profile says about who it is; access keys and tokens are never kept. */
export interface Profile {
  readonly roleArn?: string;
  readonly sourceProfile?: string;
  readonly credentialSource?: string;
  readonly externalId?: string;
  readonly roleSessionName?: string;
  readonly mfaSerial?: string;
  readonly webIdentity: boolean;
  /** Has credentials of its own: keys, a process, SSO. */
  readonly own: boolean;
  readonly region?: string;
}

/** Profiles by name. */
export type Profiles = ReadonlyMap<string, Profile>;

type Draft = { -readonly [K in keyof Profile]: Profile[K] };

/**
 * The profiles of `~/.aws/config` and `~/.aws/credentials`; the credentials file wins for a key that both have. Lines that
 * are no settings are passed over: an offline question is about the roles, and the rest of the file may be somebody else's.
 */
export function readProfiles(config: string, credentials = ''): Profiles {
  const profiles = new Map<string, Draft>();
  for (const { sections } of [readAwsConfig(config, 'config'), readAwsConfig(credentials, 'credentials')]) {
    for (const { kind, name, settings } of sections) {
      if (kind !== 'profile') continue;
      const profile = profiles.get(name) ?? { webIdentity: false, own: false };
      profiles.set(name, profile);
      for (const [key, { value }] of settings) setKey(profile, key, value);
    }
  }
  return profiles;
}

function setKey(profile: Draft, key: string, value: string): void {
  if (value === '') return;
  if (key === 'role_arn') profile.roleArn = value;
  else if (key === 'source_profile') profile.sourceProfile = value;
  else if (key === 'credential_source') profile.credentialSource = value;
  else if (key === 'external_id') profile.externalId = value;
  else if (key === 'role_session_name') profile.roleSessionName = value;
  else if (key === 'mfa_serial') profile.mfaSerial = value;
  else if (key === 'region') profile.region = value;
  else if (key === 'web_identity_token_file') profile.webIdentity = true;
  else if (key === 'aws_access_key_id' || key === 'credential_process' || key.startsWith('sso_')) profile.own = true;
}

/** A role that a profile assumes, with what its settings send along. */
export interface RoleStep {
  readonly role: string;
  /** Of whom: `profile prod-ci`, `--role of aws eks get-token`. */
  readonly by: string;
  readonly externalId?: string;
  readonly sessionName?: string;
  readonly mfaSerial?: string;
}

/** The roles that a profile assumes, in order. */
export interface ProfileChain {
  readonly steps: readonly RoleStep[];
  /** What the chain starts with: "credential_source EcsContainer", "profile sam". */
  readonly start: string;
}

/**
 * The roles that the aws CLI assumes for a profile, first one first: `source_profile` is followed to the profile that
 * has credentials of its own (a profile that names itself has its own keys), `credential_source` and a web identity
 * token start a chain.
 */
export function profileChain(profiles: Profiles, name: string): ProfileChain | { readonly error: string } {
  const steps: RoleStep[] = [];
  const seen = new Set<string>();
  let at = name;
  for (;;) {
    const profile = profiles.get(at);
    if (profile === undefined) {
      return {
        error: at === name ? `there is no profile ${at}` : `profile ${name} leads to profile ${at}, which does not exist`,
      };
    }
    if (profile.roleArn === undefined) return { steps, start: `profile ${at}` };
    steps.unshift(stepOf(at, profile, profile.roleArn));
    if (profile.webIdentity) return { steps, start: `the web identity token of profile ${at}` };
    if (profile.sourceProfile === undefined) {
      if (profile.credentialSource !== undefined) return { steps, start: `credential_source ${profile.credentialSource}` };
      return { error: `profile ${at} has a role_arn and neither source_profile nor credential_source` };
    }
    if (profile.sourceProfile === at) return { steps, start: `profile ${at}` };
    seen.add(at);
    if (seen.has(profile.sourceProfile)) return { error: `the source_profile of ${at} leads back to ${profile.sourceProfile}` };
    at = profile.sourceProfile;
  }
}

function stepOf(name: string, profile: Profile, role: string): RoleStep {
  return {
    role,
    by: `profile ${name}`,
    ...(profile.externalId === undefined ? {} : { externalId: profile.externalId }),
    ...(profile.roleSessionName === undefined ? {} : { sessionName: profile.roleSessionName }),
    ...(profile.mfaSerial === undefined ? {} : { mfaSerial: profile.mfaSerial }),
  };
}
