import type { AuthenticationMode } from './types.ts';

/** Every authentication mode that a cluster may have, in the order in which a cluster goes through them. */
export const AUTHENTICATION_MODES: readonly AuthenticationMode[] = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'];

/** Whether a text is the name of an authentication mode. */
export function isAuthenticationMode(text: string): text is AuthenticationMode {
  return AUTHENTICATION_MODES.some((mode) => mode === text);
}

const NEXT: Readonly<Record<AuthenticationMode, readonly AuthenticationMode[]>> = {
  CONFIG_MAP: ['API_AND_CONFIG_MAP'],
  API_AND_CONFIG_MAP: ['API'],
  API: [],
};

/**
 * The modes that a cluster can be changed to: one step onwards and never back (EKS user guide setting-up-access-entries;
 * facts §2.5).
 *
 * @example nextAuthenticationModes('CONFIG_MAP') // ['API_AND_CONFIG_MAP']
 */
export function nextAuthenticationModes(mode: AuthenticationMode): readonly AuthenticationMode[] {
  return NEXT[mode];
}
