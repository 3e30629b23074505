import { stringify } from 'yaml';
import type { KubernetesObject } from './cluster-seam.ts';
import type { Lab } from './context.ts';
import { clusterFolder, stateFiles } from './state/files.ts';

/** A file of an inventory folder, written out. */
export interface ExportedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Kinds that say who may do what; anything else of a cluster may hold secrets. */
const KINDS = new Set(['Namespace', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'ServiceAccount']);

/**
 * The lab as it is now, as an inventory folder: no access key, no Secret, and of the ConfigMaps aws-auth alone.
 *
 * @param objects the objects of each running cluster, by its ARN
 */
export function exportLab(lab: Lab, objects: ReadonlyMap<string, readonly KubernetesObject[]>): readonly ExportedFile[] {
  const clusters = [...objects].map(([arn, all]) => {
    const items = all.filter((object) => KINDS.has(object.kind) || isAwsAuth(object));
    const text = stringify({ apiVersion: 'v1', kind: 'List', items }, { lineWidth: 0, aliasDuplicateObjects: false });
    return { path: `${clusterFolder(arn)}/kubernetes.yaml`, text };
  });
  const complete = clusters.map(({ path }) => path);
  const about = { version: 1, collectedAt: lab.now().toISOString(), complete };
  return [
    { path: 'inventory.json', text: `${JSON.stringify(about, null, 2)}\n` },
    ...stateFiles(lab.store).map(({ path, text }) => ({ path, text: text() })),
    ...clusters,
  ];
}

function isAwsAuth({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ConfigMap' && metadata.namespace === 'kube-system' && metadata.name === 'aws-auth';
}
