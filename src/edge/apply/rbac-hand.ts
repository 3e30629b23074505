import type { RbacManifest, RbacResource } from '../../inventory/index.ts';
import type { KubeSend } from '../kube/index.ts';
import { fieldsOf } from './fields.ts';
import { type Hand, readOrNothing } from './hand.ts';

/** Asks the API server of one cluster; see `openLine`. */
export type KubeAdmin = KubeSend;

const PLURALS = {
  Role: 'roles',
  ClusterRole: 'clusterroles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
} as const;

/** What of an object as the API server gives it is looked at. */
interface LiveObject {
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly rules?: RbacManifest['rules'];
  readonly roleRef?: RbacManifest['roleRef'];
  readonly subjects?: RbacManifest['subjects'];
}

/** A resource together with the version that it was read in. */
type Versioned = RbacResource & { readonly version?: string; readonly uid?: string };

/**
 * Roles and bindings of one cluster. Every write says which version it was decided on, so that a write of somebody else in
 * between is a conflict (Kubernetes API conventions, "Concurrency control and consistency"); labels and annotations of
 * others stay.
 */
export function rbacHand(kube: KubeAdmin): Hand<RbacResource> {
  return {
    read: async (resource): Promise<Versioned | undefined> => {
      const found = (await readOrNothing(kube, pathOf(resource, true))) as LiveObject | undefined;
      if (found === undefined) return undefined;
      const { apiVersion, kind, metadata } = resource.manifest;
      const { rules, roleRef, subjects } = found;
      const { labels = {}, annotations = {}, resourceVersion, uid } = found.metadata;
      const manifest = {
        ...{ apiVersion, kind },
        metadata: { ...metadata, labels, annotations },
        ...(rules === undefined || rules === null ? {} : { rules }),
        ...(roleRef === undefined ? {} : { roleRef }),
        ...(subjects === undefined ? {} : { subjects }),
      };
      return {
        ...resource,
        manifest,
        ...(resourceVersion === undefined ? {} : { version: resourceVersion }),
        ...(uid === undefined ? {} : { uid }),
      };
    },
    put: async (wanted, now: Versioned | undefined) => {
      if (now === undefined) return create(kube, wanted);
      // roleRef cannot be changed (kubernetes pkg/apis/rbac/validation): the binding is made anew, as kubectl auth reconcile does.
      if (fieldsOf(now).get('roleRef') !== fieldsOf(wanted).get('roleRef')) {
        await remove(kube, now);
        return create(kube, wanted);
      }
      const { rules, subjects, metadata } = wanted.manifest;
      const { labels, annotations } = now.manifest.metadata;
      const body = {
        metadata: {
          resourceVersion: now.version,
          labels: patchOf(labels, metadata.labels),
          annotations: patchOf(annotations, metadata.annotations),
        },
        ...(rules === undefined ? {} : { rules }),
        ...(roleRefOf(wanted) ? { subjects: subjects ?? [] } : {}),
      };
      await kube({ method: 'PATCH', path: pathOf(wanted, true), body });
    },
    remove: (now: Versioned) => remove(kube, now),
  };
}

function roleRefOf({ manifest }: RbacResource): boolean {
  return manifest.roleRef !== undefined;
}

async function create(kube: KubeAdmin, { manifest, ...rest }: RbacResource): Promise<void> {
  await kube({ method: 'POST', path: pathOf({ ...rest, manifest }, false), body: manifest });
}

async function remove(kube: KubeAdmin, now: Versioned): Promise<void> {
  const preconditions = { resourceVersion: now.version, uid: now.uid };
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
  await kube({ method: 'DELETE', path: pathOf(now, true), body });
}

/** A merge patch of marks: ours are set, those of ours that are no longer wanted go, others' are not spoken of. */
function patchOf(
  now: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Readonly<Record<string, string | null>> {
  const stale = Object.keys(now).filter((key) => key.startsWith('causeway/') && wanted[key] === undefined);
  return { ...Object.fromEntries(stale.map((key) => [key, null])), ...wanted };
}

function pathOf({ manifest }: RbacResource, isNamed: boolean): string {
  const { kind, metadata } = manifest;
  const where = metadata.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(metadata.namespace)}`;
  const name = isNamed ? `/${encodeURIComponent(metadata.name)}` : '';
  return `/apis/rbac.authorization.k8s.io/v1${where}/${PLURALS[kind]}${name}`;
}
