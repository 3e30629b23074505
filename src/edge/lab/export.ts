import { stringify } from 'yaml';
import { readAnswers } from '../../inventory/index.ts';
import type { KubernetesObject } from './cluster-seam.ts';
import type { Lab } from './context.ts';
import { clusterFolder, MARKS, marksFiles, stateFiles } from './state/files.ts';
import { type KubernetesGaps, kubernetesGapsOf } from './state/gaps.ts';

/** A file of an inventory folder, written out. */
export interface ExportedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Kinds that say who may do what; anything else of a cluster may hold secrets. */
const KINDS = new Set(['Namespace', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'ServiceAccount']);

/** The parts of a dump that `inventory.json` knows. */
const PARTS = ['aws-auth', 'roles', 'clusterroles', 'rolebindings', 'clusterrolebindings', 'namespaces'];

/**
 * The lab as it is now, as an inventory folder: no access key, no Secret, and of the ConfigMaps aws-auth alone. What the
 * lab was started with and nobody had collected is still marked as that.
 *
 * @param objects the objects of each running cluster, by its ARN
 */
export function exportLab(lab: Lab, objects: ReadonlyMap<string, readonly KubernetesObject[]>): readonly ExportedFile[] {
  const clusters = [...objects].map(([arn, all]) => exportCluster(arn, all, kubernetesGapsOf(lab.store, arn)));
  const [complete, refused] = marksOf(lab);
  const about = {
    version: 1,
    collectedAt: lab.now().toISOString(),
    complete: complete === true || [...complete, ...clusters.flatMap((cluster) => cluster.complete)],
    refused: [...refused, ...clusters.flatMap((cluster) => cluster.refused)],
  };
  return [
    { path: MARKS, text: `${JSON.stringify(about, null, 2)}\n` },
    ...stateFiles(lab.store).map(({ path, text }) => ({ path, text: text() })),
    ...clusters.map(({ file }) => file),
  ];
}

interface ExportedCluster {
  readonly file: ExportedFile;
  readonly complete: readonly string[];
  readonly refused: readonly unknown[];
}

function exportCluster(arn: string, all: readonly KubernetesObject[], gaps: KubernetesGaps): ExportedCluster {
  const items = all.filter((object) => KINDS.has(object.kind) || isAwsAuth(object));
  const text = stringify({ apiVersion: 'v1', kind: 'List', items }, { lineWidth: 0, aliasDuplicateObjects: false });
  const path = `${clusterFolder(arn)}/kubernetes.yaml`;
  const [rbac] = gaps.rbac;
  const knowsAwsAuth = gaps.awsAuth === undefined || items.some(isAwsAuth);
  const complete = PARTS.filter((part) => (part === 'aws-auth' ? knowsAwsAuth : rbac === undefined));
  return {
    file: { path, text },
    complete: complete.map((part) => `${path}#${part}`),
    refused: [
      ...(rbac === undefined ? [] : [{ path, message: rbac.what }]),
      ...(knowsAwsAuth ? [] : [{ path, part: 'aws-auth', message: gaps.awsAuth?.what }]),
    ],
  };
}

/** What a replayed inventory says of its collection; a later one of another version was not used either. */
function marksOf({ store }: Lab): readonly [complete: readonly unknown[] | true, refused: readonly unknown[]] {
  const pages = marksFiles(store).flatMap(({ path, text }) => readAnswers({ path, size: 0, text }).pages);
  const known = pages.filter((page) => ((page as { version?: unknown } | null)?.version ?? 1) === 1) as readonly Marked[];
  const complete = known.map((page) => page.complete);
  const refused = known.flatMap((page) => (Array.isArray(page.refused) ? (page.refused as readonly unknown[]) : []));
  return [complete.includes(true) || complete.flat().filter((path) => typeof path === 'string'), refused];
}

interface Marked {
  readonly complete?: unknown;
  readonly refused?: unknown;
}

function isAwsAuth({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ConfigMap' && metadata.namespace === 'kube-system' && metadata.name === 'aws-auth';
}
