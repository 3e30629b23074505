import type { AuthenticationMode } from './types.ts';

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
