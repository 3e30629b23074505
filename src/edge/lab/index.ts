export type * from './cluster-seam.ts';
