export { type ConfigMapWatch, watchConfigMap } from './config-map.ts';
