import { RESOURCE_TABLE } from './table.ts';

/** A resource of an API server. */
export interface KnownResource {
  readonly apiGroup: string;
  /** Plural: what requests and rules say. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
}

/** What a word means. */
export interface ResolvedResource {
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Undefined: the resource is none of the known ones. */
  readonly namespaced: boolean | undefined;
  readonly known: boolean;
}

/** Why a word means nothing, and the known words that are most like it. */
export interface UnresolvedResource {
  readonly error: string;
  readonly suggestions: readonly string[];
}

/** The resources of Kubernetes 1.32 and of what EKS clusters have beside it. */
export const WELL_KNOWN_RESOURCES: readonly KnownResource[] = Object.entries(RESOURCE_TABLE).flatMap(([apiGroup, rows]) =>
  rows.map((row) => {
    const [resource = '', singular = '', short = '-', scope = '', subresources = '-'] = row.split(' ');
    const list = (text: string): readonly string[] => (text === '-' ? [] : text.split(','));
    return {
      apiGroup,
      resource,
      singular,
      shortNames: list(short),
      namespaced: scope === 'ns',
      subresources: list(subresources),
    };
  }),
);

/** What impersonation asks for; no API serves them, so that discovery does not know them. */
const IMPERSONATED: readonly KnownResource[] = ['users', 'groups'].map((resource) => ({
  apiGroup: '',
  resource,
  singular: resource,
  shortNames: [],
  namespaced: false,
  subresources: [],
}));

const ALL = [...WELL_KNOWN_RESOURCES, ...IMPERSONATED];

/**
 * Finds what a resource word means, as kubectl does: plural, singular, kind or short name in any letters, alone or with
 * its group (`deployments.apps`, `deployments.v1.apps`), with a subresource after a slash (`deployments.apps/scale`).
 *
 * A word with a group that is not known (`widgets.example.io`) passes as it is; an unknown word without a group is an
 * error with suggestions. `*` asks about everything in every group (kubectl asks about the core group alone, which would
 * let a wildcard in core answer for all). `known` are further resources of the cluster at hand (custom ones) and are looked at last.
 * Source: kubectl pkg/cmd/auth/cani.go resourceFor; apimachinery schema.ParseResourceArg.
 *
 * @example resolveResource('deploy') // { apiGroup: 'apps', resource: 'deployments', namespaced: true, known: true }
 */
export function resolveResource(word: string, known: readonly KnownResource[] = []): ResolvedResource | UnresolvedResource {
  const [head = '', ...tail] = word.split('/');
  const subresource = tail.join('/');
  const below = tail.length === 0 ? {} : { subresource };
  if (head === '*') return { apiGroup: '*', resource: '*', ...below, namespaced: undefined, known: true };
  if (head === '' || (tail.length > 0 && subresource === '')) return { error: `"${word}" is no resource`, suggestions: [] };
  const [name = '', ...groups] = head.toLowerCase().split('.');
  const candidates = [...ALL, ...known];
  // `resource.version.group` is tried before `resource.group`, as schema.ParseResourceArg does.
  const versioned = groups.length > 1 && /^v\d+((alpha|beta)\d+)?$/.test(groups[0] ?? '') ? groups.slice(1).join('.') : undefined;
  for (const group of [versioned, groups.join('.')]) {
    if (group === undefined) continue;
    const found = candidates.find((each) => (group === '' ? groups.length === 0 : each.apiGroup === group) && named(each, name));
    if (found === undefined) continue;
    return { apiGroup: found.apiGroup, resource: found.resource, ...below, namespaced: found.namespaced, known: true };
  }
  if (name !== '' && groups.length > 0 && groups.every((part) => part !== '')) {
    return { apiGroup: versioned ?? groups.join('.'), resource: name, ...below, namespaced: undefined, known: false };
  }
  return { error: `there is no resource "${head}"`, suggestions: near(name, candidates) };
}

function named(resource: KnownResource, name: string): boolean {
  return resource.resource === name || resource.singular === name || resource.shortNames.includes(name);
}

function near(word: string, candidates: readonly KnownResource[]): readonly string[] {
  const most = word.length < 5 ? 1 : 2;
  const scored = candidates.flatMap(({ resource, singular }) => {
    const distance = Math.min(edits(word, resource), edits(word, singular));
    return distance <= most || (word.length > 3 && resource.startsWith(word)) ? [{ resource, distance }] : [];
  });
  scored.sort((a, b) => a.distance - b.distance || (a.resource < b.resource ? -1 : 1));
  return [...new Set(scored.map(({ resource }) => resource))].slice(0, 3);
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other; 9 when surely many. */
function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 9;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 9;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : 9;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
