export { readTokenCommand, type TokenCommand } from './exec.ts';
export { type ContextPath, pathOfContext, type Surroundings } from './path.ts';
export { type Profile, type ProfileChain, type Profiles, profileChain, type RoleStep, readProfiles } from './profiles.ts';
export {
  type KubeContext,
  type Kubeconfig,
  type KubeconfigError,
  type KubeconfigText,
  type KubeUser,
  readKubeconfig,
} from './read.ts';
