import type { PolicyRule } from '../../rules/rbac/index.ts';
import type { Path } from '../file/problem.ts';

/** A grants file that was read and found sound, with every default filled in. */
export interface GrantsFile {
  /** The owner's mark. */
  readonly name: string;
  readonly accounts: readonly FileAccount[];
  readonly clusters: readonly FileCluster[];
  readonly grants: readonly Wish[];
}

/** An account under its name in the file. */
export interface FileAccount {
  readonly alias: string;
  readonly id: string;
  /** Role to assume to get in, as written. */
  readonly role?: string;
}

/** A cluster under its name in the file. */
export interface FileCluster {
  readonly alias: string;
  readonly arn: string;
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One grant. */
export interface Wish {
  readonly name: string;
  readonly to: readonly Principal[];
  readonly on: readonly FileCluster[];
  readonly access: Access;
  /** Sorted; empty: the whole cluster. */
  readonly namespaces: readonly string[];
  readonly via: 'role' | 'direct';
  readonly require: Requirements;
  /** Seconds, 3600 to 43200. */
  readonly session: number;
  /** Epoch milliseconds. */
  readonly expires?: number;
  /** Where `expires` stands, as `file:line:column`. */
  readonly expiresPlace?: string;
  readonly mechanism: 'auto' | 'entry-policy' | 'entry-group' | 'aws-auth';
  /** The way to it in the file. */
  readonly path: Path;
}

/** Whom a grant is for. */
export type Principal =
  | { readonly kind: 'role' | 'user'; readonly arn: string }
  | { readonly kind: 'sso'; readonly account: string; readonly permissionSet: string }
  | { readonly kind: 'github'; readonly subject: string }
  | {
      readonly kind: 'irsa';
      /** ARN of the cluster that the service account is of. */
      readonly cluster: string;
      readonly subject: string;
      /** Without `https://`; absent: as the inventory has it. */
      readonly issuer?: string;
    }
  | {
      readonly kind: 'podIdentity';
      readonly cluster: string;
      readonly namespace: string;
      readonly serviceAccount: string;
      readonly role: string;
    };

/** What may be done. */
export type Access =
  | { readonly kind: 'clusterRole'; readonly name: string }
  | { readonly kind: 'audit' }
  | { readonly kind: 'policy'; readonly name: string }
  | { readonly kind: 'rules'; readonly rules: readonly PolicyRule[] };

/** What a call must bring; lists are sorted. */
export interface Requirements {
  readonly externalId?: string;
  readonly mfa?: true;
  readonly sourceIdentity?: 'caller' | readonly string[];
  readonly organization?: string;
  readonly sourceIp?: readonly string[];
  readonly vpcEndpoint?: readonly string[];
  readonly sessionName?: 'caller';
}
