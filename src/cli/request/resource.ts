import { type Attributes, attributesOf, resolveResource } from '../../rules/rbac/index.ts';
import { usage } from '../exit.ts';
import { didYouMean } from '../suggest.ts';

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
  const worded = attributesOf({
    verb,
    resource: word,
    ...(flags.subresource === undefined ? {} : { subresource: flags.subresource }),
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  });
  if ('error' in worded) throw usage(worded.error);
  const remarks = [...worded.remarks];
  if (name !== undefined && SUBRESOURCES.has(name) && flags.subresource === undefined) {
    remarks.push(`this asks about an object named "${name}"; for the subresource say --subresource ${name}`);
  }
  return { request: worded.attributes, remarks };
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
