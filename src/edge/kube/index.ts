export { type ConfigMapWatch, watchConfigMap } from './config-map.ts';
export { type KubeAccess, type SelfSubject, selfSubject } from './self-subject.ts';
