/** A document as IAM or Kubernetes writes it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * One thing that a plan may make, change or take away, in its whole wanted state. Everything that says where it stands
 * (account, partition, region, cluster) is in its ARNs.
 */
export type Resource =
  | RoleResource
  | InlinePolicyResource
  | AccessEntryResource
  | AccessPolicyResource
  | AwsAuthRowResource
  | RbacResource;

/** An IAM role without its policies. */
export interface RoleResource {
  readonly kind: 'role';
  /** With its path: `arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app`. */
  readonly arn: string;
  readonly trust: Json;
  readonly description: string;
  /** Seconds, 3600 to 43200. */
  readonly maxSessionDuration: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** One named inline policy of a role or user; other policies of the same principal are somebody else's. */
export interface InlinePolicyResource {
  readonly kind: 'inline-policy';
  /** A role or user ARN. */
  readonly principalArn: string;
  readonly name: string;
  readonly document: Json;
}

/** An access entry without its access policies. */
export interface AccessEntryResource {
  readonly kind: 'access-entry';
  readonly clusterArn: string;
  readonly principalArn: string;
  /** EKS makes one where it is absent (facts/eks.md §3.4). */
  readonly username?: string;
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** One access policy associated with an entry; associating it again replaces its scope (facts/eks.md §3.5). */
export interface AccessPolicyResource {
  readonly kind: 'access-policy';
  readonly clusterArn: string;
  readonly principalArn: string;
  readonly policyArn: string;
  /** Empty: the whole cluster. */
  readonly namespaces: readonly string[];
}

/** One row of the ConfigMap kube-system/aws-auth. */
export interface AwsAuthRowResource {
  readonly kind: 'aws-auth-row';
  readonly clusterArn: string;
  readonly section: 'mapRoles' | 'mapUsers';
  /** As the cluster compares it: a role's without its path (facts/eks.md §2.3). */
  readonly arn: string;
  readonly username: string;
  readonly groups: readonly string[];
  /** A row has no tags of its own: they are kept in the ConfigMap's annotation `causeway/rows`. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A Role, ClusterRole, RoleBinding or ClusterRoleBinding as a manifest that `kubectl apply` would take. */
export interface RbacResource {
  readonly kind: 'rbac-object';
  readonly clusterArn: string;
  readonly manifest: RbacManifest;
}

/** The parts of a manifest that a plan writes. */
export interface RbacManifest {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'Role' | 'ClusterRole' | 'RoleBinding' | 'ClusterRoleBinding';
  readonly metadata: {
    readonly name: string;
    /** Absent for the two kinds of the whole cluster. */
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly rules?: Json;
  readonly roleRef?: Json;
  readonly subjects?: Json;
}

/** A text that is the same for two states of one thing and differs between things; steps are named by it. */
export function resourceId(resource: Resource): string {
  switch (resource.kind) {
    case 'role':
      return `role ${resource.arn}`;
    case 'inline-policy':
      return `inline-policy ${resource.principalArn} ${resource.name}`;
    case 'access-entry':
      return `access-entry ${resource.clusterArn} ${resource.principalArn}`;
    case 'access-policy':
      return `access-policy ${resource.clusterArn} ${resource.principalArn} ${resource.policyArn}`;
    case 'aws-auth-row':
      return `aws-auth-row ${resource.clusterArn} ${resource.section} ${resource.arn}`;
    case 'rbac-object': {
      const { kind, metadata } = resource.manifest;
      return `rbac-object ${resource.clusterArn} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
    }
  }
}
