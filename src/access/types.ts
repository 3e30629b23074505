import type { Gap, Literal, Origin, Ways } from '../base/index.ts';
import type { Cluster } from '../inventory/index.ts';
import type { Condition, MissingEvidence, StatementRef } from '../rules/iam/index.ts';
import type { Attributes } from '../rules/rbac/index.ts';

/** Whoever starts: an IAM or federated principal, or a Kubernetes user that needs no AWS side. */
export type Caller =
  | { readonly kind: 'aws'; readonly arn: string }
  | { readonly kind: 'kubernetes'; readonly user: string; readonly groups: readonly string[] };

/** Which path is judged: the caller itself, the roles named in order, or any that the collected accounts allow. */
export type PathChoice =
  | { readonly kind: 'self' }
  | { readonly kind: 'via'; readonly roles: readonly string[] }
  | { readonly kind: 'any' };

/** A condition key that the user states; `value` null: the key is absent; `hop` 1-based, all assume hops when it is not there. */
export interface GivenKey {
  readonly key: string;
  readonly value: string | readonly string[] | null;
  readonly hop?: number;
}

/** What the user takes for granted in place of evidence. */
export type AssumptionName = 'no-scp' | 'no-rcp' | 'caller-allowed';

/** One question. */
export interface Query {
  readonly cluster: Cluster;
  readonly caller: Caller;
  readonly path: PathChoice;
  readonly request: Attributes;
  readonly given: readonly GivenKey[];
  readonly assume: readonly AssumptionName[];
  /** For date conditions: time only runs forward from here. */
  readonly now: Date;
}

/** A condition with the hop it stands on; hop 0 is the session that the caller starts with. */
export interface HopCondition extends Condition {
  readonly hop: number;
  /** It holds of itself: it rules out other conditions and is not one to be met. */
  readonly implied?: true;
}

/** What a path may still depend on. */
export type AccessFact = HopCondition | MissingEvidence;

/** Why, with where it stands. */
export interface Reason {
  /** One sentence without a trailing stop. */
  readonly text: string;
  readonly origin?: Origin;
  /** The statement, where a policy decided. */
  readonly statement?: StatementRef;
  /** `decides` carries the verdict of its hop; `note` is worth knowing (a near miss, an assumption of defaults). */
  readonly role: 'decides' | 'note';
}

/** One link of the access path, judged. */
export interface Hop {
  /** 1-based over the whole path. */
  readonly number: number;
  readonly kind: 'assume' | 'authenticate' | 'map' | 'authorize';
  /** Who comes in and who goes out, as ARNs or Kubernetes users: "arn:…:role/ci" → "arn:…:assumed-role/x/*". */
  readonly from: string;
  readonly to: string;
  /** `skipped`: an earlier hop is closed, so this one was not judged. `conditional` is an allow if. */
  readonly verdict: 'allow' | 'conditional' | 'unknown' | 'deny' | 'skipped';
  readonly reasons: readonly Reason[];
  readonly ways: Ways<AccessFact>;
}

/** A condition of the answer, for people and programs. */
export interface OpenCondition {
  readonly hop: number;
  readonly key: string;
  readonly kind: 'caller' | 'shared' | 'surroundings';
  /** "sts:ExternalId is c0ffee". */
  readonly text: string;
  /** An example that satisfies it, as `--given` takes it: `sts:ExternalId=c0ffee`, `!aws:SourceIp` for absent. */
  readonly example?: string;
  readonly statement: StatementRef;
}

/** Drawn beside the path, never deciding. */
export interface Beside {
  readonly kind: 'describe' | 'reach' | 'limit' | 'admission';
  readonly verdict: 'yes' | 'no' | 'unknown';
  readonly text: string;
}

/** One change of a remedy, as data and as what a person types. */
export interface RemedyStep {
  /** Account id or cluster ARN whose owner makes it. */
  readonly owner: string;
  readonly text: string;
  /** A command for aws or kubectl; several lines where a document is needed. */
  readonly command: string;
  readonly change: unknown;
}

/** The smallest change that turns the deny into an allow; `proven` by evaluating the changed inventory. */
export interface Remedy {
  readonly steps: readonly RemedyStep[];
  readonly proven: boolean;
  /** The decision after the change: allow, or an allow under the conditions named. */
  readonly after: 'allow' | 'conditional' | 'unknown';
  readonly conditions: readonly OpenCondition[];
  /** Who gains what else by it: one line each; empty when nobody but the caller does. */
  readonly gains: readonly string[];
  /** The same wish as a fragment of a grants file (YAML). */
  readonly grant?: string;
}

/** The answer to a query. */
export interface Answer {
  readonly decision: 'allow' | 'deny' | 'unknown';
  /** Set with `unknown`: what it would be if the gaps turned out well. */
  readonly wouldBe?: 'allow';
  /** An allow without conditions, or a deny that nothing uncollected could change. */
  readonly firm: boolean;
  /** The first line: whose side is proven and whose is left. */
  readonly headline: string;
  readonly caller: string;
  readonly cluster: string;
  readonly request: Attributes;
  /** The path that was judged; on a deny of a search, the nearest miss. */
  readonly hops: readonly Hop[];
  /** Of the way that was chosen; with `alternatives` others. */
  readonly conditions: readonly OpenCondition[];
  readonly gaps: readonly Gap[];
  readonly assumptions: readonly string[];
  readonly beside: readonly Beside[];
  readonly notes: readonly Reason[];
  readonly remedy?: Remedy;
  /** Number of paths tried by a search. */
  readonly pathsTried?: number;
  /** How many other ways (sets of conditions) would do. */
  readonly alternatives: number;
}

/** A way that the path is open, with what it still needs. */
export type AccessWay = readonly Literal<AccessFact>[];

/** The question itself is wrong; nothing was judged. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: 'bad-caller' | 'bad-role' | 'no-path';
  readonly message: string;
}
