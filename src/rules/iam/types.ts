import type { Gap, Origin, Ways } from '../../base/index.ts';

/** The place a policy has in an evaluation; the same document means different things in different places. */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'scp' | 'rcp' | 'resource' | 'trust';

/** Which policy this is, for people: its name and where it stands. */
export interface PolicySource {
  readonly kind: PolicyKind;
  /** "inline policy deploy", "arn:aws:iam::aws:policy/ReadOnlyAccess", "trust policy". */
  readonly name: string;
  readonly arn?: string;
  /** Where the document's root stands. */
  readonly origin?: Origin;
}

/** A statement, by its place: `statement` is its index in the document (0 when Statement is a single object). */
export interface StatementRef {
  readonly policy: PolicySource;
  readonly statement: number;
  readonly sid?: string;
}

/**
 * A condition that only the request can settle: one key under one operator of one statement.
 * `id` is made of key, operator and values alone, so equal tests in different policies are one fact.
 */
export interface Condition {
  readonly kind: 'condition';
  readonly id: string;
  /** The key as the policy spells it, e.g. `sts:ExternalId`. */
  readonly key: string;
  /** Set qualifier and operator without `IfExists`, e.g. `StringLike`, `ForAnyValue:StringEquals`, `Null`. */
  readonly operator: string;
  readonly ifExists: boolean;
  /** The policy's values with every variable that is settled already replaced. */
  readonly values: readonly string[];
  readonly statement: StatementRef;
}

/** Evidence that could allow or deny: a document that nobody collected, an operator that nobody knows. */
export interface MissingEvidence {
  readonly kind: 'missing';
  /** The gap's id, then `:allows` or `:denies`. */
  readonly id: string;
  readonly gap: Gap;
  readonly effect: 'allows' | 'denies';
}

/** What an IAM decision may still depend on. */
export type IamFact = Condition | MissingEvidence;

/** A key that the request may carry with any value, or not at all. */
export const OPEN: unique symbol = Symbol('open');

/** A key's value: one text, several (a multivalued key), absent, open, or known to exist but not collected. */
export type ContextValue = string | readonly string[] | undefined | typeof OPEN | Gap;

/** Reads one condition key, given in lower case (`aws:principalarn`); absent is `undefined`. */
export type Context = (key: string) => ContextValue;

/** Who makes the request, as far as policies can tell. */
export interface Principal {
  readonly kind: 'root' | 'user' | 'assumed-role' | 'federated-user' | 'service' | 'federated' | 'anonymous';
  /**
   * As STS reports it: user ARN, assumed-role ARN, root ARN; the host name of a service principal; the ARN or host name of a
   * federated provider. For a role any of whose sessions is meant, the role ARN (and no `sessionName`).
   */
  readonly arn: string;
  readonly partition: string;
  /** Account id; empty for a service or anonymous principal. */
  readonly account: string;
  /** The role's ARN with its path, for `assumed-role`; undefined when the path is not known (STS drops it), and then a role ARN of that account and name in a policy may or may not be this one. */
  readonly roleArn?: string;
  /** Unique id of the user or role (`AIDA…`, `AROA…`); undefined when not known. */
  readonly uniqueId?: string;
  /** Session name of an assumed role; undefined means any. */
  readonly sessionName?: string;
  readonly serviceLinkedRole?: boolean;
  readonly managementAccount?: boolean;
}

/** Policies that stand in one place, and what is missing there. */
export interface PolicySet<P> {
  readonly policies: readonly P[];
  readonly gaps: readonly Gap[];
}

/** One question to IAM, with every policy that bears on it. `P` is the compiled policy. */
export interface IamRequest<P> {
  readonly principal: Principal;
  /** `sts:AssumeRole`; service prefix and name in any letters. */
  readonly action: string;
  /** An ARN, or `*` for actions that have no resource. */
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: Context;
  readonly identity: PolicySet<P>;
  /** null: there is no boundary. */
  readonly boundary: PolicySet<P> | null;
  /** null: there is no session policy. */
  readonly session: PolicySet<P> | null;
  /** Root first, then OUs, then the account of the principal; an empty list means no organization or no SCPs. */
  readonly scps: readonly PolicySet<P>[];
  /** Same, of the resource's account. */
  readonly rcps: readonly PolicySet<P>[];
  /** The trust policy of a role (sts:AssumeRole*), the key policy, the repository policy…; null: the resource has none. */
  readonly resourcePolicy: PolicySet<P> | null;
  readonly resourceInManagementAccount?: boolean;
}

/** The first layer that broke; `api`: AWS refuses the call whatever policies say. */
export type Layer = 'identity' | 'trust' | 'resource' | 'scp' | 'rcp' | 'boundary' | 'session' | 'api';

/** What IAM answers. */
export interface IamDecision {
  /** `unknown` when it depends on anything unsettled. */
  readonly decision: 'allow' | 'implicitDeny' | 'explicitDeny' | 'unknown';
  /** What must hold for an allow: TRUE for `allow`, FALSE for the denies, else the satisfiable ways. */
  readonly ways: Ways<IamFact>;
  /** For a deny, the first layer that broke; null where several explicit denies apply or nothing broke. */
  readonly layer: Layer | null;
  /** The statements that decided: the allow of each side, or the explicit denies. */
  readonly statements: readonly StatementRef[];
  /** Why, as one sentence that names the layer; made only when it is called. */
  readonly reason: () => string;
}
