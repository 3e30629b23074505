import { type Collected, collected, type Gap, locate, missing } from '../../base/index.ts';
import type { AwsAuthData } from '../../rules/eks/index.ts';
import { readRbacObjects } from '../../rules/rbac/index.ts';
import { type ClusterPlace, gapOf, kubeWanted } from '../gaps.ts';
import type { Marks } from '../marks.ts';
import type { RbacObjects } from '../model.ts';
import type { ClusterFiles } from '../route.ts';
import type { Failure } from '../text/failure.ts';
import { parseSource } from '../text/parse.ts';
import { each, flatten, isAmbiguous, originOf, type Place, rootOf, under } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { isUnreadable } from '../text/source.ts';
import { asText, asTextMap, describeValue, type Fields, isFields } from '../text/values.ts';

/** The Kubernetes objects of one cluster with what was refused; the raw form that the parts below are taken from. */
export interface KubernetesDump {
  /** Roots of documents: single objects and lists. */
  readonly roots: readonly Place[];
  readonly objects: readonly KubernetesObject[];
  /** Kinds of which a list ends before its last page. */
  readonly cutOff: ReadonlySet<string>;
  /** The first file that could not be used: what it holds is not known. */
  readonly failure?: Failure;
}

/** One object, with the kind that its list gives where it has none. */
export interface KubernetesObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly place: Place;
}

/** Reads `kubernetes.yaml` (or .json, or several files in `kubernetes/`). */
export function readDump(files: ClusterFiles, marks: Marks, report: Report): KubernetesDump {
  const roots: Place[] = [];
  const objects: KubernetesObject[] = [];
  const cutOff = new Set<string>();
  let failure = marks.refusal(`${files.folder}/kubernetes.yaml`) ?? marks.refusal(`${files.folder}/kubernetes`);
  for (const source of files.kubernetes) {
    const content = parseSource(source, report);
    if (content.failure !== undefined) {
      failure ??= content.failure;
      continue;
    }
    for (const root of content.documents.flatMap((document) => flatten(rootOf(document)))) {
      const found = objectsOf(root);
      const refused = found.find(isRefusal);
      if (refused !== undefined) {
        failure ??= { state: 'refused', why: asText(isFields(refused.value) ? refused.value.message : undefined) ?? 'Forbidden' };
      } else if (found.length === 0 && !isList(root.value)) {
        const why = `Kubernetes objects are expected (kubectl get … -o yaml); this is ${describeValue(root.value)}`;
        report.add({ code: 'wrong-kind', message: why, file: source.path });
        failure ??= { state: 'notCollected', why };
      } else {
        roots.push(root);
        const read = found.map(readObject);
        objects.push(...read);
        const more = goesOn(root.value);
        if (more) report.add({ code: 'incomplete-pages', message: CUT_OFF, file: source.path });
        // A page of the same kind after it may be the last one.
        for (const { kind } of read) cutOff[more ? 'add' : 'delete'](kind);
      }
    }
  }
  return failure === undefined ? { roots, objects, cutOff } : { roots, objects, cutOff, failure };
}

function isList(value: unknown): value is Fields & { readonly kind: string } {
  return isFields(value) && typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items);
}

const CUT_OFF = 'the list goes on after this page (metadata.continue)';

/** Whether a list says that another page follows (Kubernetes API concepts, retrieving large results sets in chunks). */
function goesOn(value: unknown): boolean {
  const metadata = isFields(value) && isList(value) && isFields(value.metadata) ? value.metadata : {};
  return (asText(metadata.continue) ?? '') !== '';
}

/** The object itself or the items of a list, lists in lists included; the API's own lists leave `kind` out of their items. */
function objectsOf(root: Place): readonly Place[] {
  const { value } = root;
  if (!isList(value)) return isFields(value) && typeof value.kind === 'string' ? [root] : [];
  const own = value.kind === 'List' ? undefined : value.kind.slice(0, -'List'.length);
  return each(under(root, 'items')).flatMap((item) => {
    if (own === undefined || !isFields(item.value) || item.value.kind !== undefined) return objectsOf(item);
    return [{ ...item, value: { ...item.value, kind: own } }];
  });
}

/** What the API server answers instead of a list: `kind: Status`, reason Forbidden. */
function isRefusal(place: Place): boolean {
  return isFields(place.value) && place.value.kind === 'Status' && place.value.status === 'Failure';
}

function readObject(place: Place): KubernetesObject {
  const fields: Fields = isFields(place.value) ? place.value : {};
  const metadata = isFields(fields.metadata) ? fields.metadata : {};
  const kind = asText(fields.kind) ?? '';
  return { kind, namespace: asText(metadata.namespace) ?? '', name: asText(metadata.name) ?? '', place };
}

/** One cluster's dump with everything its parts need to answer. */
export interface KubernetesContext {
  readonly cluster: ClusterPlace;
  readonly files: ClusterFiles;
  readonly marks: Marks;
  readonly report: Report;
  readonly dump: () => KubernetesDump;
}

/**
 * The ConfigMap kube-system/aws-auth. That there is none is known only when the dump plainly lists kube-system's
 * ConfigMaps (every EKS cluster has others there) or when inventory.json says that the part is complete.
 */
export function readAwsAuth({ cluster, files, marks, dump }: KubernetesContext): Collected<AwsAuthData | null> {
  const { objects, cutOff, failure } = dump();
  const wanted = kubeWanted(cluster, 'aws-auth', 'the ConfigMap kube-system/aws-auth', 'configmap aws-auth -n kube-system');
  const maps = objects.filter(({ kind, namespace }) => kind === 'ConfigMap' && namespace === 'kube-system');
  const found = maps.findLast(({ name }) => name === 'aws-auth');
  if (found !== undefined) {
    const data = under(found.place, 'data');
    if (isAmbiguous(data)) return missing(gapOf(wanted, { state: 'notCollected', why: 'a key stands twice in it' }));
    const metadata = under(found.place, 'metadata').value;
    const annotations = asTextMap(isFields(metadata) ? metadata.annotations : undefined);
    return collected({
      data: isFields(data.value) ? data.value : {},
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      origin: originOf(data),
    });
  }
  const refusal = refusalOf(files, marks, 'aws-auth') ?? failure ?? lastPage(cutOff, 'ConfigMap');
  if (refusal === undefined && (maps.length > 0 || isComplete(files, marks, 'aws-auth'))) return collected(null);
  return missing(gapOf(wanted, refusal));
}

function lastPage(cutOff: ReadonlySet<string>, kind: string): Failure | undefined {
  return cutOff.has(kind) ? { state: 'notCollected', why: CUT_OFF } : undefined;
}

function refusalOf(files: ClusterFiles, marks: Marks, part: string): Failure | undefined {
  return marks.refusal(`${files.folder}/kubernetes.yaml`, part) ?? marks.refusal(`${files.folder}/kubernetes`, part);
}

function isComplete(files: ClusterFiles, marks: Marks, part: string): boolean {
  return ['kubernetes.yaml', 'kubernetes.yml', 'kubernetes.json', 'kubernetes'].some((name) =>
    marks.isComplete(`${files.folder}/${name}`, part),
  );
}

const RBAC = [
  ['Role', 'roles', 'roles -A'],
  ['ClusterRole', 'clusterroles', 'clusterroles'],
  ['RoleBinding', 'rolebindings', 'rolebindings -A'],
  ['ClusterRoleBinding', 'clusterrolebindings', 'clusterrolebindings'],
] as const;

/** Roles and bindings; a kind that is lacking entirely is a gap, since every cluster has objects of all four. */
export function readRbac({ cluster, files, marks, report, dump }: KubernetesContext): Collected<RbacObjects> {
  const { roots, objects, cutOff, failure } = dump();
  const present = new Set(objects.map(({ kind }) => kind));
  const all = kubeWanted(
    cluster,
    'rbac',
    'the roles and role bindings',
    'clusterroles,clusterrolebindings,roles,rolebindings -A',
  );
  const refusals = RBAC.map(([, part]) => refusalOf(files, marks, part));
  const complete = RBAC.every(([, part]) => isComplete(files, marks, part));
  if (!complete && !RBAC.some(([kind]) => present.has(kind))) return missing(gapOf(all, failure ?? refusals.find(Boolean)));
  const { roles, bindings, problems } = readRbacObjects(
    roots.map(({ value }) => value),
    (index) => originOf(at(roots, index)),
  );
  const gaps: Gap[] = [];
  RBAC.forEach(([kind, part, resources], i) => {
    if (!cutOff.has(kind) && (present.has(kind) || isComplete(files, marks, part))) return;
    gaps.push(gapOf(kubeWanted(cluster, part, `the ${kind}s`, resources), refusals[i] ?? failure ?? lastPage(cutOff, kind)));
  });
  if (failure !== undefined && gaps.length === 0) gaps.push(gapOf(all, failure));
  for (const { place } of objects) {
    if (isAmbiguous(place)) gaps.push({ ...gapOf(all, { state: 'notCollected', why: 'a key stands twice' }), state: 'unjudged' });
  }
  for (const problem of problems) {
    const root = at(roots, problem.object);
    const { file, path } = originOf(root);
    report.add({
      code: `rbac-${problem.code}`,
      message: problem.message,
      file,
      ...positionIn(files, file, [...path, ...problem.path]),
    });
  }
  // No API server holds such an object, so the dump was changed on its way, and what stood there may grant.
  const damaged = problems.find(({ code }) => code !== 'duplicate');
  if (damaged !== undefined) gaps.push({ ...gapOf(all, { state: 'notCollected', why: damaged.message }), state: 'unjudged' });
  return collected({ roles, bindings, gaps });
}

function at(roots: readonly Place[], index: number): Place {
  const root = roots[index];
  if (root === undefined) throw new RangeError(`no document ${index}`);
  return root;
}

function positionIn(
  files: ClusterFiles,
  file: string,
  path: readonly (string | number)[],
): { readonly line?: number; readonly column?: number } {
  const text = files.kubernetes.find((source) => source.path === file)?.text();
  return text === undefined || isUnreadable(text) ? {} : (locate(text, { path }) ?? {});
}

/** Names of the namespaces, when the dump lists them. */
export function readNamespaces({ cluster, files, marks, dump }: KubernetesContext): Collected<readonly string[]> {
  const { objects, cutOff, failure } = dump();
  const names = objects.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name);
  if ((names.length > 0 && !cutOff.has('Namespace')) || isComplete(files, marks, 'namespaces')) return collected(names);
  const refusal = refusalOf(files, marks, 'namespaces') ?? failure ?? lastPage(cutOff, 'Namespace');
  return missing(gapOf(kubeWanted(cluster, 'namespaces', 'the namespaces', 'namespaces'), refusal));
}
