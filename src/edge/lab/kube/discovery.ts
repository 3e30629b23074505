import { type Answer, json } from './call.ts';
import type { JsonObject } from './json.ts';
import { apiVersionOf, KINDS, type Kind, REVIEW_KINDS } from './kinds.ts';

/** One resource as discovery lists it; a subresource has a slash in its name. */
interface Listed {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Where the kind of a subresource is not of the resource's own group. */
  readonly answers?: { readonly group: string; readonly version: string };
}

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const WRITTEN = ['get', 'patch', 'update'];

/** What the subresources of the table take, and the kind that they answer with where it is their own. */
const SUBRESOURCES: Readonly<
  Record<
    string,
    { readonly verbs: readonly string[]; readonly kind?: string; readonly group?: string; readonly version?: string }
  >
> = {
  attach: { verbs: ['create', 'get'], kind: 'PodAttachOptions' },
  eviction: { verbs: ['create'], kind: 'Eviction', group: 'policy', version: 'v1' },
  exec: { verbs: ['create', 'get'], kind: 'PodExecOptions' },
  log: { verbs: ['get'] },
  portforward: { verbs: ['create', 'get'], kind: 'PodPortForwardOptions' },
  proxy: { verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: 'PodProxyOptions' },
  scale: { verbs: WRITTEN, kind: 'Scale', group: 'autoscaling', version: 'v1' },
  status: { verbs: WRITTEN },
  token: { verbs: ['create'], kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1' },
};

function listed(kind: Kind): readonly Listed[] {
  const { group, version, namespaced } = kind;
  // Kubernetes deletes one namespace at a time.
  const verbs = kind.kind === 'Namespace' ? ALL_VERBS.filter((verb) => verb !== 'deletecollection') : ALL_VERBS;
  const main = { group, version, name: kind.resource, singular: kind.singular, kind: kind.kind, namespaced, verbs };
  return [
    { ...main, shortNames: kind.shortNames, categories: kind.categories },
    ...kind.subresources.map((name) => {
      const of = SUBRESOURCES[name] ?? { verbs: WRITTEN };
      return {
        ...main,
        name: `${kind.resource}/${name}`,
        singular: '',
        kind: of.kind ?? kind.kind,
        verbs: of.verbs,
        shortNames: [],
        categories: [],
        ...(of.group === undefined ? {} : { answers: { group: of.group, version: of.version ?? 'v1' } }),
      };
    }),
  ];
}

const LISTED: readonly Listed[] = [
  ...KINDS.flatMap(listed),
  ...REVIEW_KINDS.map(({ group, version, resource, kind, namespaced }) => ({
    ...{ group, version, name: resource, singular: kind.toLowerCase(), kind, namespaced, verbs: ['create'] },
    ...{ shortNames: [], categories: [] },
  })),
];

/** Group → its one version; core is the empty group. */
const GROUPS = new Map(LISTED.map(({ group, version }) => [group, version]));

/** `/api`, `/apis` and what is below, plain; undefined for a path that is no discovery, or of a group that is not served. */
export function plainDiscovery(path: string, address: string): JsonObject | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [root, group = '', version = ''] = parts;
  if (root === 'api' && parts.length === 1) {
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: address }];
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
  }
  if (root === 'api' && parts.length === 2) return resourceList('', group);
  if (root !== 'apis') return undefined;
  const named = [...GROUPS].filter(([name]) => name !== '').map(([name, of]) => groupObject(name, of));
  if (parts.length === 1) return { kind: 'APIGroupList', apiVersion: 'v1', groups: named };
  if (parts.length === 2) {
    const found = named.find(({ name }) => name === group);
    return found === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...found };
  }
  return parts.length === 3 && group !== '' ? resourceList(group, version) : undefined;
}

function groupObject(name: string, version: string): JsonObject {
  const preferred = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [preferred], preferredVersion: preferred };
}

function resourceList(group: string, version: string): JsonObject | undefined {
  if (GROUPS.get(group) !== version) return undefined;
  const resources = LISTED.filter((each) => each.group === group).map((each) => ({
    name: each.name,
    singularName: each.singular,
    namespaced: each.namespaced,
    ...(each.answers ?? {}),
    kind: each.kind,
    verbs: each.verbs,
    ...(each.shortNames.length === 0 ? {} : { shortNames: each.shortNames }),
    ...(each.categories.length === 0 ? {} : { categories: each.categories }),
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group, version }), resources };
}

/**
 * `/api` and `/apis` in one document each, in the version that the client asked for: kubectl 1.27 to 1.29 know v2beta1
 * alone and break on v2 (facts/clients.md §5). Source: KEP-3352.
 */
export function aggregatedDiscovery(path: string, version: 'v2' | 'v2beta1'): Answer | undefined {
  const root = path.replace(/\/+$/, '');
  if (root !== '/api' && root !== '/apis') return undefined;
  const groups = [...GROUPS].filter(([group]) => (group === '') === (root === '/api'));
  const items = groups.map(([group, of]) => ({
    metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
    versions: [{ version: of, freshness: 'Current', resources: aggregated(group) }],
  }));
  const body = { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
  return json(200, body, `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`);
}

function aggregated(group: string): readonly JsonObject[] {
  const all = LISTED.filter((each) => each.group === group);
  return all
    .filter(({ name }) => !name.includes('/'))
    .map((each) => {
      const below = all.filter(({ name }) => name.startsWith(`${each.name}/`));
      const subresources = below.map((sub) => ({
        subresource: sub.name.slice(each.name.length + 1),
        responseKind: responseKind(sub),
        verbs: sub.verbs,
      }));
      return {
        resource: each.name,
        responseKind: responseKind(each),
        scope: each.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: each.singular,
        verbs: each.verbs,
        ...(each.shortNames.length === 0 ? {} : { shortNames: each.shortNames }),
        ...(each.categories.length === 0 ? {} : { categories: each.categories }),
        ...(subresources.length === 0 ? {} : { subresources }),
      };
    });
}

function responseKind({ group, version, kind, answers }: Listed): JsonObject {
  return { ...(answers ?? { group, version }), kind };
}
