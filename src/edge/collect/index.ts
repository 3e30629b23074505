export { collect } from './collect.ts';
export type {
  ClusterWay,
  CollectAccount,
  CollectedFile,
  Collection,
  CollectRequest,
  CollectSession,
  CollectWorld,
  Entry,
  Missing,
} from './types.ts';
