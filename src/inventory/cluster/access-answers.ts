import type { AssociatedPolicy } from '../../rules/eks/index.ts';
import type { ClusterPlace } from '../gaps.ts';
import { each, originOf, type Place, under } from '../text/place.ts';
import { asText, asTexts, describeValue, type Fields, hasNextToken, isFields, isTexts } from '../text/values.ts';

/** What the answers say of one principal, answer by answer: two may not be of one moment. */
export interface EntryDraft {
  readonly arn: string;
  /** Answers that describe the entry. */
  readonly entries: Place[];
  readonly policies: PolicyAnswer[];
}

/** An answer about the policies of one entry. */
export interface PolicyAnswer {
  readonly place: Place;
  readonly policies: readonly AssociatedPolicy[];
  /** `list`: all of them; `page`: all but those on later pages; `one`: the one that was just associated. */
  readonly extent: 'list' | 'page' | 'one';
  /** Something in it is not as the API answers, so that which policies there are is not known. */
  readonly garbled?: string;
}

/** An answer of ListAccessEntries. */
export interface EntryList {
  readonly place: Place;
  readonly arns: ReadonlySet<string>;
  /** Another page follows. */
  readonly more: boolean;
}

/** Everything that the files of one cluster say about access entries. */
export interface EntryAnswers {
  readonly byArn: Map<string, EntryDraft>;
  readonly lists: EntryList[];
}

/** Whether a page was read, is about another cluster, or is none of the answers that are known. */
export type PageRead = 'read' | 'foreign' | 'unknown';

/**
 * Reads one answer of ListAccessEntries, DescribeAccessEntry, CreateAccessEntry, ListAssociatedAccessPolicies or
 * AssociateAccessPolicy (shapes: EKS API model). Also read: ListAccessEntries' bare list (`--query accessEntries`), entries in
 * a list, an entry with its policies beside it.
 */
export function readAnswer(answers: EntryAnswers, page: Place, cluster: ClusterPlace): PageRead {
  const { value } = page;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value.flat(Number.POSITIVE_INFINITY);
    if (items.every(isArn)) answers.lists.push({ place: page, arns: new Set(items), more: false });
    else return together(each(page).map((item) => readAnswer(answers, item, cluster)));
    return 'read';
  }
  if (!isFields(value)) return 'unknown';
  if (isForeign(value, cluster)) return 'foreign';
  if (isFields(value.accessEntry)) {
    const inner = readAnswer(answers, under(page, 'accessEntry'), cluster);
    const arn = asText(value.accessEntry.principalArn);
    if (inner === 'read' && arn !== undefined) readPolicies(draftOf(answers, arn), page);
    return inner;
  }
  if (Array.isArray(value.accessEntries)) {
    const list = under(page, 'accessEntries');
    if (!value.accessEntries.every(isArn)) return readAnswer(answers, list, cluster);
    answers.lists.push({ place: page, arns: new Set(value.accessEntries), more: hasNextToken(value) });
    return 'read';
  }
  const arn = asText(value.principalArn);
  if (arn === undefined) return 'unknown';
  const draft = draftOf(answers, arn);
  const isEntry = ['kubernetesGroups', 'type', 'username', 'accessEntryArn'].some((key) => key in value);
  if (isEntry) draft.entries.push(page);
  return readPolicies(draft, page) || isEntry ? 'read' : 'unknown';
}

function isArn(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('arn:');
}

function together(reads: readonly PageRead[]): PageRead {
  return reads.includes('unknown') ? 'unknown' : reads.includes('foreign') ? 'foreign' : 'read';
}

/** An entry's ARN is `arn:P:eks:R:A:access-entry/CLUSTER/…` (service authorization reference of EKS); most answers name the cluster beside it. */
function isForeign(value: Fields, cluster: ClusterPlace): boolean {
  const name = asText(value.clusterName);
  const arn = asText(value.accessEntryArn);
  const own = `${cluster.arn.replace(/:cluster\/.*$/, ':access-entry/')}${cluster.name}/`;
  return (name !== undefined && name !== cluster.name) || (arn !== undefined && !arn.startsWith(own));
}

/** The draft of one principal, made when it is first named. */
export function draftOf(answers: EntryAnswers, arn: string): EntryDraft {
  const known = answers.byArn.get(arn);
  if (known !== undefined) return known;
  const fresh: EntryDraft = { arn, entries: [], policies: [] };
  answers.byArn.set(arn, fresh);
  return fresh;
}

function readPolicies(draft: EntryDraft, page: Place): boolean {
  const value = isFields(page.value) ? page.value : {};
  const key = ['associatedAccessPolicies', 'associatedPolicies'].find((name) => Array.isArray(value[name]));
  if (key !== undefined) {
    draft.policies.push({
      place: page,
      extent: hasNextToken(value) ? 'page' : 'list',
      ...readPolicyList(each(under(page, key))),
    });
    return true;
  }
  if (!isFields(value.associatedAccessPolicy)) return false;
  // Whether there are others AssociateAccessPolicy does not say; a folder of such answers is all we have.
  draft.policies.push({ place: page, extent: 'one', ...readPolicyList([under(page, 'associatedAccessPolicy')]) });
  return true;
}

function readPolicyList(places: readonly Place[]): Pick<PolicyAnswer, 'policies' | 'garbled'> {
  const read = places.map(readPolicy);
  const garbled = read.find((one) => typeof one === 'string');
  const policies = read.filter((one) => typeof one !== 'string');
  return garbled === undefined ? { policies } : { policies, garbled };
}

/** The policy, or what is wrong with it: one that is passed over, or a scope read as none, would make a firm no. */
function readPolicy(place: Place): AssociatedPolicy | string {
  const policy = isFields(place.value) ? place.value : {};
  const policyArn = asText(policy.policyArn);
  const scope = isFields(policy.accessScope) ? policy.accessScope : isFields(policy.scope) ? policy.scope : {};
  if (policyArn === undefined) return `a policyArn is expected; there is ${describeValue(place.value)}`;
  const type = asText(scope.type) ?? '';
  const absent = scope.namespaces === undefined || scope.namespaces === null;
  if (absent ? type === 'namespace' : !isTexts(scope.namespaces)) return `the namespaces of ${policyArn} are not a list of texts`;
  return { policyArn, scope: { type, namespaces: asTexts(scope.namespaces) }, origin: originOf(place) };
}
