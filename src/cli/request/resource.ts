import { didYouMean } from '../../base/index.ts';
import type { Cluster } from '../../inventory/index.ts';
import { type Attributes, attributesOf, resolveResource } from '../../rules/rbac/index.ts';
import { usage } from '../exit.ts';

/** What the command line says about the request. */
export interface RequestFlags {
  readonly verb: string;
  /** `deploy`, `deployments.apps/web`, `/metrics`. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  /** Where a namespaced request goes when no flag says it. */
  readonly defaultNamespace: string;
}

/** A request with remarks on how it was understood. */
export interface UnderstoodRequest {
  readonly request: Attributes;
  readonly remarks: readonly string[];
}

/** Second words that are far more often a subresource than a name. */
const SUBRESOURCES = new Set(
  'log exec attach portforward proxy eviction scale status token finalize approval binding ephemeralcontainers resize'.split(' '),
);

const VERBS =
  'get list watch create update patch delete deletecollection use bind impersonate approve sign escalate attest head post put options'.split(
    ' ',
  );

/**
 * Reads VERB and RESOURCE as `kubectl auth can-i` does: what begins with a slash is a path; a short name, a kind or a
 * `resource.group` is a resource, and `/NAME` behind it names one object. Throws a CliError.
 *
 * @example readRequest({ verb: 'get', resource: 'deploy/web', defaultNamespace: 'default' }).request
 *   // { verb: 'get', apiGroup: 'apps', resource: 'deployments', name: 'web', namespace: 'default' }
 */
export function readRequest(flags: RequestFlags): UnderstoodRequest {
  checkNamespace(flags);
  const verb = flags.verb.toLowerCase();
  if (!/^[a-z*]+$/.test(verb)) throw usage(`"${flags.verb}" is not a verb`, ...didYouMean(flags.verb, VERBS));
  if (flags.resource.startsWith('/')) return readPath(verb, flags);
  const slash = flags.resource.indexOf('/');
  const word = slash < 0 ? flags.resource : flags.resource.slice(0, slash);
  const name = slash < 0 ? undefined : flags.resource.slice(slash + 1);
  if (word === '' || name === '') throw usage(`"${flags.resource}" is not RESOURCE or RESOURCE/NAME`);
  const meantBelow = name !== undefined && SUBRESOURCES.has(name) && flags.subresource === undefined;
  // "create pods/exec" is surely no question about pods, and a yes to that would be read as one about exec.
  if (meantBelow && verb === 'create')
    throw usage(`what is created has no name yet, and "${name}" is one`, `for the subresource say ${word} --subresource ${name}`);
  if (name?.includes('/')) throw usage(`no object can be named "${name}"`, ...subresourceHint(word, name));
  const found = resolveResource(word);
  if ('error' in found) {
    throw usage(
      found.error,
      ...(found.suggestions.length === 0 ? [] : [`did you mean ${found.suggestions.join(' or ')}?`]),
      'a custom resource needs its group: widgets.example.io',
    );
  }
  const namespace =
    flags.allNamespaces || found.namespaced === false ? flags.namespace : (flags.namespace ?? flags.defaultNamespace);
  const remarks = [...verbRemarks(verb)];
  const asked = nameOfRequest(verb, name, flags.subresource, remarks);
  const worded = attributesOf({
    verb,
    resource: word,
    ...(flags.subresource === undefined ? {} : { subresource: flags.subresource }),
    ...(asked === undefined ? {} : { name: asked }),
    ...(namespace === undefined ? {} : { namespace }),
  });
  if ('error' in worded) throw usage(worded.error);
  remarks.unshift(...worded.remarks);
  if (meantBelow) {
    remarks.push(`this asks about an object named "${name}"; for the subresource say --subresource ${name}`);
  }
  return { request: worded.attributes, remarks };
}

/** `web-0/log` behind `pods/`: the last part is meant as a subresource. */
function subresourceHint(word: string, name: string): readonly string[] {
  const [first = '', below = '', ...more] = name.split('/');
  return first === '' || below === '' || more.length > 0 ? [] : [`${word}/${first} --subresource ${below}`];
}

/**
 * The name that the API server sees: the URL of a create or deletecollection has none, so that resourceNames never match
 * one (facts/eks.md §5.2); a list or watch has one only when it selects by metadata.name (§5.1).
 */
function nameOfRequest(
  verb: string,
  name: string | undefined,
  subresource: string | undefined,
  remarks: string[],
): string | undefined {
  if (name === undefined || subresource !== undefined) return name;
  if (verb === 'create' || verb === 'deletecollection') {
    remarks.push(`the request of a ${verb} carries no name, so this is asked without "${name}"`);
    return undefined;
  }
  if (verb === 'list' || verb === 'watch') {
    remarks.push(`a ${verb} carries a name only with --field-selector metadata.name=${name}, which this asks about`);
  }
  return name;
}

/** What kubectl's own commands ask the API server for. */
const COMMANDS: Readonly<Record<string, string>> = {
  annotate: 'patch',
  apply: 'get, and create or patch',
  attach: 'create RESOURCE/NAME --subresource attach',
  cordon: 'patch nodes',
  cp: 'create pods --subresource exec',
  describe: 'get',
  drain: 'patch nodes, and create pods --subresource eviction',
  edit: 'get and patch',
  exec: 'create RESOURCE/NAME --subresource exec',
  expose: 'create services',
  label: 'patch',
  log: 'get RESOURCE/NAME --subresource log',
  logs: 'get RESOURCE/NAME --subresource log',
  portforward: 'create RESOURCE/NAME --subresource portforward',
  proxy: 'get RESOURCE/NAME --subresource proxy',
  read: 'get, list or watch',
  remove: 'delete',
  replace: 'update',
  restart: 'patch',
  run: 'create pods',
  scale: 'patch RESOURCE/NAME --subresource scale',
  top: 'list pods.metrics.k8s.io',
  view: 'get, list or watch',
  write: 'create, update, patch or delete',
};

function verbRemarks(verb: string): readonly string[] {
  const means = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  return means === undefined ? [] : [`the verbs of the API that go with "${verb}": ${means}`];
}

function checkNamespace({ namespace, allNamespaces }: RequestFlags): void {
  if (namespace === undefined) return;
  if (allNamespaces) throw usage('-n and -A exclude each other');
  // RFC 1123 label, as Kubernetes names namespaces.
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) throw usage(`"${namespace}" cannot be the name of a namespace`);
}

function readPath(verb: string, flags: RequestFlags): UnderstoodRequest {
  if (flags.subresource !== undefined) throw usage('--subresource goes with a resource, not with a path');
  if (flags.namespace !== undefined || flags.allNamespaces) throw usage('a path such as /metrics is in no namespace');
  const worded = attributesOf({ verb, resource: flags.resource });
  if ('error' in worded) throw usage(worded.error);
  return { request: worded.attributes, remarks: worded.remarks };
}

/** Roles can be bound in a namespace that does not exist, but a slip of the pen looks just like a refusal. */
export function namespaceRemarks(request: Attributes, cluster: Cluster): readonly string[] {
  const namespace = 'namespace' in request ? request.namespace : undefined;
  if (namespace === undefined || namespace === '') return [];
  const names = cluster.namespaces();
  if (names.state !== 'collected' || names.value.includes(namespace)) return [];
  const near = didYouMean(namespace, names.value).map((hint) => ` (${hint})`);
  return [`the namespaces that were collected of ${cluster.name} have no "${namespace}"${near.join('')}`];
}
