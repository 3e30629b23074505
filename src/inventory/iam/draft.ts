import type { Place } from '../text/place.ts';
import type { ListPage } from './pages.ts';

/** One user, role or group as it is found; what its items say is read when it becomes part of the model (`detailsOf`). */
export interface Draft {
  readonly kind: 'user' | 'role' | 'group';
  readonly name: string;
  arn: string;
  uniqueId: string;
  place: Place;
  trust?: Place;
  /** Tags as the last answer gave them that has any. */
  tags: unknown;
  /** Answers are not of one moment: `whole` in who it is, `trust` in its trust policy. */
  conflict?: 'whole' | 'trust';
  /** Whatever lists or answers hold it, in order. */
  readonly items: Place[];
  details?: Details;
}

/**
 * What is known of one principal beside its name, put together from whatever files speak of it.
 * A list is `complete` when a command that lists all of it was seen; else more may exist.
 */
export interface Details {
  createDate?: string;
  tags?: Place;
  maxSessionDuration?: number;
  description?: string;
  /** Inline policies: name → document. */
  readonly inline: Map<string, Place>;
  /** Names that ListRolePolicies gave and whose documents may be elsewhere. */
  readonly inlineNames: Map<string, Place>;
  inlineComplete: boolean;
  /** Attached managed policies: ARN → where the attachment stands. */
  readonly attached: Map<string, Place>;
  attachedComplete: boolean;
  /** Boundary ARN; null: known to have none; undefined: not known. */
  boundary?: { readonly arn: string; readonly place: Place } | null;
  groups: readonly { readonly name: string; readonly place: Place }[];
  groupsComplete: boolean;
  /** The names that each answer lists which lists all of them; they must be the same. */
  readonly lists: NameList[];
  /** A place where something stands otherwise than before. */
  conflict?: Place;
}

/** All names of one kind that an answer lists. */
export interface NameList {
  readonly of: 'inline' | 'attached' | 'groups';
  readonly names: ReadonlySet<string>;
  readonly place: Place;
}

/** A managed policy with its default version's document. */
export interface ManagedDraft {
  document?: Place;
  /** Id of the default version. */
  version?: string;
  /** Files tell of different default versions. */
  conflict?: boolean;
}

/** Everything that the files of one account say about IAM. */
export interface IamDraft {
  readonly roles: Map<string, Draft>;
  readonly users: Map<string, Draft>;
  readonly groups: Map<string, Draft>;
  readonly managed: Map<string, ManagedDraft>;
  /** Kinds of which some file holds the list: 'User', 'Role', 'Group', 'Policy'. */
  readonly listed: Set<string>;
  /** Every page of every list, in the order of reading. */
  readonly pages: ListPage[];
  /** Set when a part of what the files should hold is missing: the last page of a list, a file that could not be read. */
  cutOff: boolean;
  /** A role stands in two files, or twice in one: what one file says is then not what counts. */
  repeated: boolean;
}

/** Nothing known yet. */
export function emptyDraft(): IamDraft {
  return {
    roles: new Map(),
    users: new Map(),
    groups: new Map(),
    managed: new Map(),
    listed: new Set(),
    pages: [],
    cutOff: false,
    repeated: false,
  };
}

/** The draft of one principal, made when it is first named. IAM names are unique ignoring case (IAM guide, quotas). */
export function draftOf(drafts: Map<string, Draft>, kind: Draft['kind'], name: string, place: Place): Draft {
  const key = name.toLowerCase();
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const fresh: Draft = { kind, name, arn: '', uniqueId: '', place, tags: undefined, items: [] };
  drafts.set(key, fresh);
  return fresh;
}
