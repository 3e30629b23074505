export { checkedEndpoint, readDescribedCluster, regionOfEndpoint } from './described.ts';
export { diagnose, type PlacedFinding, type Repair, type RepairRefusal, repair } from './doctor/diagnose.ts';
export type { DoctorWorld, FindingId } from './doctor/finding.ts';
export { readTokenCommand, type TokenCommand, type TokenRole } from './exec.ts';
export { awsExec, type ClusterFacts, causewayExec, type ExecSection, type Login } from './login.ts';
export type { Names, PutRefusal } from './names.ts';
export { type ContextPath, pathOfContext, type Surroundings } from './path.ts';
export { type Profile, type ProfileChain, type Profiles, profileChain, type RoleStep, readProfiles } from './profiles.ts';
export { type ContextWish, type MaybeText, type Put, type PutPlan, planContexts } from './put.ts';
export { type ClusterReach, findClusterReach, type LiveContext, readLiveContext } from './reach.ts';
export {
  type KubeContext,
  type Kubeconfig,
  type KubeconfigError,
  type KubeconfigText,
  type KubeUser,
  readKubeconfig,
} from './read.ts';
export { editText, type TextEdit } from './text/edit.ts';
