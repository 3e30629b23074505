/** A policy document as people write it; the oracle reads it anew at every question. */
export interface Document {
  readonly Version?: string;
  readonly Statement: Statement | readonly Statement[];
}

/** One statement as people write it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValues>>>>;
}

/** A text or a list of texts. */
export type OneOrMany = string | readonly string[];

/** `"*"`, or lists by the kind of principal. */
export type PrincipalElement = '*' | Readonly<Record<string, OneOrMany>>;

/** Values of a condition key in a policy; numbers and booleans may stand unquoted (facts/iam.md §1.1). */
export type ConditionValues = string | number | boolean | readonly (string | number | boolean)[];

/** One line of `causeway simulate` for IAM: a closed world with a complete context (cases/README.md). */
export interface IamCase {
  readonly id: string;
  readonly kind?: 'iam';
  readonly principal: string;
  readonly principalFacts?: {
    readonly roleArn?: string;
    readonly principalId?: string;
    readonly managementAccount?: boolean;
    readonly serviceLinkedRole?: boolean;
  };
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly resourceFacts?: { readonly managementAccount?: boolean };
  readonly context: Readonly<Record<string, OneOrMany>>;
  readonly identityPolicies: readonly Document[];
  readonly resourcePolicy: Document | null;
  readonly scps: readonly (readonly Document[])[];
  readonly rcps: readonly (readonly Document[])[];
  readonly resourceAccountScps?: readonly (readonly Document[])[];
  readonly boundary: Document | null;
  readonly sessionPolicy: Document | null;
}

/** What IAM says. */
export type Verdict = 'allow' | 'implicitDeny' | 'explicitDeny';

/** The statements of a document; a single one may stand without brackets. */
export function statementsOf(document: Document): readonly Statement[] {
  return Array.isArray(document.Statement) ? document.Statement : [document.Statement as Statement];
}

/** A single value as a list of one. */
export function many<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/** Looks a condition key up, ignoring the case of its name (facts/iam.md §1.2); undefined: absent. */
export function contextValue(context: IamCase['context'], key: string): OneOrMany | undefined {
  for (const [name, value] of Object.entries(context)) {
    if (name.toLowerCase() === key.toLowerCase()) return value;
  }
  return undefined;
}
