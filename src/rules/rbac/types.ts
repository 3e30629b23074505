import type { Origin } from '../../base/index.ts';

/** One rule of a Role or ClusterRole, as Kubernetes writes it; a list that is absent is empty. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** A Role or ClusterRole. */
export interface Role {
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
  /** Empty for a ClusterRole. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent where it has none. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly rules: readonly PolicyRule[];
  /** Label selectors of an aggregated ClusterRole. */
  readonly aggregation?: readonly LabelSelector[];
  readonly origin?: Origin;
  /** True for a default role of Kubernetes that the files lack and that was filled in. */
  readonly isDefault?: boolean;
}

/** A Kubernetes label selector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** Who a binding names. */
export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A RoleBinding or ClusterRoleBinding. */
export interface Binding {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding';
  readonly name: string;
  /** Empty for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: { readonly kind: string; readonly name: string; readonly apiGroup?: string };
  readonly subjects: readonly Subject[];
  /** Absent where it has none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Absent where it has none. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly origin?: Origin;
  readonly isDefault?: boolean;
}

/** What is asked of the API server: a resource, or a path that is none. */
export type Attributes =
  | {
      readonly verb: string;
      readonly apiGroup: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly name?: string;
      readonly namespace?: string;
    }
  | { readonly verb: string; readonly path: string };

/** A Kubernetes user: its name and every group, `system:authenticated` included. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Which rule of which role, through which binding and subject, allowed. */
export interface RbacReason {
  readonly binding: Binding;
  readonly role: Role;
  readonly rule: number;
  readonly subject: Subject;
}

/** What RBAC answers; RBAC has no deny of its own, `deny` means that no rule allows. */
export interface RbacDecision {
  readonly decision: 'allow' | 'deny';
  /** The rule that allowed; absent for `system:masters`, which is allowed before any rule is read, and for a deny. */
  readonly by?: RbacReason;
  readonly masters?: true;
  /** Roles that bindings of this user name and that do not exist. */
  readonly missingRoles: readonly string[];
  /** In the words of Kubernetes: `RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to User "z"`. */
  readonly reason: string;
}
