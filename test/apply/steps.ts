import type { Step } from '../../src/grants/index.ts';
import { type Json, type Resource, resourceId } from '../../src/inventory/index.ts';
import { DELIVERY, FILE, PLATFORM, PROD, SECURITY } from './world.ts';

export const roleArn = (grant: string): string => `arn:aws:iam::${PLATFORM}:role/causeway/${FILE}/${grant}`;

export const tagsOf = (grant: string, digest = 'd1'): Readonly<Record<string, string>> => ({
  'causeway:owner': `${FILE}/${grant}`,
  'causeway:digest': digest,
});

export const allow = (Action: string, Resource: string): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

export const trustOf = (arn: string): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' }],
});

/** A role of a grant. */
export function role(grant: string, caller: string, digest?: string): Resource {
  const rest = { description: `causeway ${FILE}/${grant}`, maxSessionDuration: 3600, tags: tagsOf(grant, digest) };
  return { kind: 'role', arn: roleArn(grant), trust: trustOf(caller), ...rest };
}

export function entry(grant: string, groups: readonly string[], digest?: string): Resource {
  return { kind: 'access-entry', clusterArn: PROD, principalArn: roleArn(grant), groups, tags: tagsOf(grant, digest) };
}

export function accessPolicy(grant: string, name: string, namespaces: readonly string[]): Resource {
  const policyArn = `arn:aws:eks::aws:cluster-access-policy/${name}`;
  return { kind: 'access-policy', clusterArn: PROD, principalArn: roleArn(grant), policyArn, namespaces };
}

export function inline(principalArn: string, name: string, document: Json): Resource {
  return { kind: 'inline-policy', principalArn, name, document };
}

export function row(grant: string, groups: readonly string[], digest?: string): Resource {
  const arn = `arn:aws:iam::${PLATFORM}:role/${grant}`;
  const place = { kind: 'aws-auth-row', clusterArn: PROD, section: 'mapRoles' } as const;
  return { ...place, arn, username: `${grant}:{{SessionName}}`, groups, tags: tagsOf(grant, digest) };
}

const RBAC = 'rbac.authorization.k8s.io';

/** A ClusterRoleBinding, or with a namespace a RoleBinding, of the grant's group. */
export function binding(grant: string, clusterRole: string, namespace?: string): Resource {
  const name = `causeway:${FILE}:${grant}`;
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { 'causeway/file': FILE, 'causeway/grant': grant },
    annotations: { 'causeway/digest': 'd1' },
  };
  return {
    kind: 'rbac-object',
    clusterArn: PROD,
    manifest: {
      apiVersion: `${RBAC}/v1`,
      kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name }],
    },
  };
}

/** Steps in the order given; each comes after those of the same grant that stand before it. */
export function stepsOf(grant: string, resources: readonly Resource[], verb: Step['verb'] = 'create'): readonly Step[] {
  return resources.map((resource, i) => stepOf(grant, resource, verb, resources.slice(0, i).map(resourceId)));
}

export function stepOf(grant: string, resource: Resource, verb: Step['verb'] = 'create', after: readonly string[] = []): Step {
  const place =
    resource.kind === 'role' ? resource.arn : resource.kind === 'inline-policy' ? resource.principalArn : resource.clusterArn;
  const account = place.split(':')[4] ?? '';
  return { id: resourceId(resource), verb, resource, state: 'to-do', account, grant, after, notes: [] };
}

/** Taking away what was made, last thing first. */
export function undo(steps: readonly Step[]): readonly Step[] {
  return [...steps].reverse().map((step) => ({
    ...step,
    verb: 'delete' as const,
    present: step.resource,
    after: steps.filter(({ after }) => after.includes(step.id)).map(({ id }) => id),
  }));
}

export const CI = `arn:aws:iam::${DELIVERY}:role/ci-runner`;
export const AUDIT = `arn:aws:iam::${SECURITY}:role/SecurityAudit`;

/** What the article wants: the pipeline edits in my-app-ns, the auditors view. */
export function articleSteps(): readonly Step[] {
  const deploy = 'ci-deploys-my-app';
  const audits = 'security-audits';
  return [
    ...stepsOf(deploy, [
      role(deploy, CI),
      inline(roleArn(deploy), 'causeway', allow('eks:DescribeCluster', PROD)),
      entry(deploy, []),
      accessPolicy(deploy, 'AmazonEKSEditPolicy', ['my-app-ns']),
      inline(CI, `causeway-${FILE}-${deploy}`, allow('sts:AssumeRole', roleArn(deploy))),
    ]),
    ...stepsOf(audits, [
      role(audits, AUDIT),
      inline(roleArn(audits), 'causeway', allow('eks:DescribeCluster', PROD)),
      binding(audits, 'view'),
      entry(audits, [`causeway:${FILE}:${audits}`]),
      inline(AUDIT, `causeway-${FILE}-${audits}`, allow('sts:AssumeRole', roleArn(audits))),
    ]),
  ];
}

/** Roles that call. */
export const CALLERS = [CI, AUDIT] as const;

/** Five grants of six steps each, by every mechanism. */
export function bigPlan(): readonly Step[] {
  return ['g1', 'g2', 'g3', 'g4', 'g5'].flatMap((grant, i) => {
    const caller = CALLERS[i % 2] ?? CI;
    const group = `causeway:${FILE}:${grant}`;
    const mapping =
      i % 2 === 0
        ? [entry(grant, [group]), accessPolicy(grant, 'AmazonEKSViewPolicy', ['my-app-ns'])]
        : [row(grant, [group]), binding(grant, 'view')];
    return stepsOf(grant, [
      role(grant, caller),
      inline(roleArn(grant), 'describe-cluster', allow('eks:DescribeCluster', PROD)),
      binding(grant, 'edit', 'my-app-ns'),
      ...mapping,
      inline(caller, `causeway-${FILE}-${grant}`, allow('sts:AssumeRole', roleArn(grant))),
    ]);
  });
}

/** The same plan after an edit of the file: everything is somewhat else, and knows what stood there. */
export function changed(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => ({
    ...step,
    verb: 'update' as const,
    present: step.resource,
    resource: edited(step.resource),
    ...(step.resource.kind === 'rbac-object' ? { replace: true as const } : {}),
  }));
}

function edited(resource: Resource): Resource {
  switch (resource.kind) {
    case 'role':
      return {
        ...resource,
        trust: trustOf(`arn:aws:iam::${DELIVERY}:root`),
        description: 'edited',
        maxSessionDuration: 7200,
        tags: { ...resource.tags, 'causeway:digest': 'd2' },
      };
    case 'inline-policy':
      return { ...resource, document: allow('eks:ListClusters', '*') };
    case 'access-entry':
    case 'aws-auth-row':
      return {
        ...resource,
        groups: ['edited'],
        username: 'edited:{{SessionName}}',
        tags: { ...resource.tags, 'causeway:digest': 'd2' },
      };
    case 'access-policy':
      return { ...resource, namespaces: [] };
    case 'rbac-object': {
      const { manifest } = resource;
      const annotations = { 'causeway/digest': 'd2' };
      const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'admin' };
      return { ...resource, manifest: { ...manifest, metadata: { ...manifest.metadata, annotations }, roleRef } };
    }
  }
}
