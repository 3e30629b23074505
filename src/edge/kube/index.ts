export type { KubeAccess } from './access.ts';
export { type ConfigMapWatch, watchConfigMap } from './config-map.ts';
export { type KubeAnswer, type KubeFailure, type KubeReader, kubeReader, kubeTryEnd } from './read.ts';
export { KubeError, type KubeRequest, type KubeSend, kubeSender } from './request.ts';
export { type SelfSubject, selfSubject } from './self-subject.ts';
