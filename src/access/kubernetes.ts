import type { Collected } from '../base/index.ts';
import type { RbacObjects } from '../inventory/index.ts';
import type { Attributes } from '../rules/rbac/index.ts';
import { headline, settle } from './answer.ts';
import { type Authorization, authorizationOrigin, authorizeUser, type ClusterUser } from './cluster.ts';
import { verdictOf } from './report.ts';
import { describeRequest } from './request-text.ts';
import type { Answer, Reason } from './types.ts';

/**
 * Answers for a Kubernetes user alone, from the RBAC objects of one cluster: no AWS side at all.
 *
 * @param version Kubernetes version of the cluster (`1.33`), for the default roles that the files lack
 */
export function canKubernetesUser(
  objects: Collected<RbacObjects>,
  user: { readonly name: string; readonly groups: readonly string[] },
  request: Attributes,
  now: Date,
  version?: string,
): Answer {
  const asked: ClusterUser = { username: user.name, groups: user.groups, policies: { state: 'collected', value: [] }, gaps: [] };
  return kubernetesAnswer('', request, asked, authorizeUser(objects, version, 'aws', asked, request), now);
}

/** Wraps the one hop of a Kubernetes user as an answer. */
export function kubernetesAnswer(
  cluster: string,
  request: Attributes,
  user: ClusterUser,
  authorization: Authorization,
  now: Date,
): Answer {
  const settled = settle(authorization.ways, now);
  const { rbac } = authorization;
  const origin = authorizationOrigin(authorization);
  const text = rbac?.decision === 'allow' ? rbac.reason : `no RBAC rule lets ${user.username} ${describeRequest(request)}`;
  const reasons: Reason[] = [{ role: 'decides', text, ...(origin === undefined ? {} : { origin }) }];
  for (const role of rbac?.missingRoles ?? [])
    reasons.push({ role: 'note', text: `a binding names ${role}, which does not exist` });
  const groups = user.groups.length === 0 ? '' : ` (${user.groups.join(', ')})`;
  return {
    ...settled,
    headline: headline(settled, text, []),
    caller: user.username,
    cluster,
    request,
    hops: [
      {
        number: 1,
        kind: 'authorize',
        from: `${user.username}${groups}`,
        to: '',
        verdict: verdictOf(authorization.ways),
        reasons,
        ways: authorization.ways,
      },
    ],
    assumptions: [],
    beside: [{ kind: 'admission', verdict: 'unknown', text: 'admission control (webhooks, quotas, Pod Security) is not judged' }],
    notes: rbac?.by?.role.isDefault
      ? [{ role: 'note', text: `the files lack ${rbac.by.role.kind} ${rbac.by.role.name}; Kubernetes' default was taken` }]
      : [],
  };
}
