import type { Attributes } from '../rbac/index.ts';
import { type AccessPolicyDecision, authorizeAccessPolicies, type PolicyHolder } from './authorize.ts';
import { optional, record, records, strings, text } from './simulate-read.ts';
import type { AssociatedPolicy } from './types.ts';

/**
 * Answers one `accessPolicy` line of `causeway simulate`: associated policies alone, without RBAC. A wrong line throws an
 * Error that names the field.
 *
 * @example simulateAccessPolicy({ associatedPolicies: [], verb: 'get', request: { apiGroup: '', resource: 'pods' } }).decision // 'deny'
 */
export function simulateAccessPolicy(line: unknown): Pick<AccessPolicyDecision, 'decision' | 'reason'> {
  const fields = record(line, 'line');
  const verb = text(fields.verb, 'verb');
  const policies = records(fields.associatedPolicies, 'associatedPolicies').map((policy, index) =>
    readAssociatedPolicy(policy, `associatedPolicies[${index}]`),
  );
  const { decision, reason } = authorizeAccessPolicies(
    policies,
    readRequest(verb, record(fields.request, 'request')),
    readHolder(fields),
  );
  return { decision, reason };
}

/** Reads one policy as ListAssociatedAccessPolicies shows it; throws an Error that names the field. */
export function readAssociatedPolicy(policy: Readonly<Record<string, unknown>>, field: string): AssociatedPolicy {
  const scope = record(policy.accessScope, `${field}.accessScope`);
  return {
    policyArn: text(policy.policyArn, `${field}.policyArn`),
    scope: {
      type: text(scope.type, `${field}.accessScope.type`),
      namespaces: optional(scope.namespaces, `${field}.accessScope.namespaces`, strings) ?? [],
    },
  };
}

function readHolder(fields: Readonly<Record<string, unknown>>): PolicyHolder {
  const principalArn = optional(fields.principalArn, 'principalArn', text);
  const clusterPartition = optional(fields.clusterPartition, 'clusterPartition', text);
  return {
    ...(principalArn === undefined ? {} : { principalArn }),
    ...(clusterPartition === undefined ? {} : { clusterPartition }),
  };
}

function readRequest(verb: string, request: Readonly<Record<string, unknown>>): Attributes {
  const path = optional(request.path, 'request.path', text);
  if (path !== undefined) return { verb, path };
  const subresource = optional(request.subresource, 'request.subresource', text);
  const name = optional(request.name, 'request.name', text);
  const namespace = optional(request.namespace, 'request.namespace', text);
  return {
    verb,
    apiGroup: optional(request.apiGroup, 'request.apiGroup', text) ?? '',
    resource: text(request.resource, 'request.resource'),
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}
