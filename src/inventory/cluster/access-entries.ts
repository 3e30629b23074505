import { type Collected, collected, missing } from '../../base/index.ts';
import type { AccessEntry, AssociatedPolicy } from '../../rules/eks/index.ts';
import { type ClusterPlace, eksWanted, gapOf } from '../gaps.ts';
import type { Marks } from '../marks.ts';
import type { ClusterFiles } from '../route.ts';
import { parseSource } from '../text/parse.ts';
import { each, flatten, originOf, type Place, rootOf, under } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { asText, asTexts, asTime, describeValue, isFields } from '../text/values.ts';

/** What the files say of one principal. */
interface Draft {
  readonly arn: string;
  entry?: Place;
  /** Policies by ARN; undefined until an answer of ListAssociatedAccessPolicies (or the like) was seen. */
  policies?: Map<string, AssociatedPolicy>;
}

interface Drafts {
  readonly byArn: Map<string, Draft>;
  /** Any answer was understood, also an empty list. */
  understood: boolean;
}

/**
 * Joins answers of DescribeAccessEntry, ListAssociatedAccessPolicies, CreateAccessEntry, AssociateAccessPolicy and
 * ListAccessEntries by principal ARN (shapes: EKS API model). An entry that is listed and not described makes the whole
 * list incomplete: nobody can say which groups it gives.
 */
export function readAccessEntries(
  cluster: ClusterPlace,
  files: ClusterFiles,
  marks: Marks,
  report: Report,
): Collected<readonly AccessEntry[]> {
  const drafts: Drafts = { byArn: new Map(), understood: false };
  const wanted = eksWanted(cluster, 'access-entries');
  const folder = `${files.folder}/access-entries`;
  const refusal = marks.refusal(folder) ?? marks.refusal(`${folder}.json`);
  for (const source of files.accessEntries) {
    const content = parseSource(source, report);
    // One answer that cannot be read may be about any principal, so the list as a whole is not known.
    if (content.failure !== undefined && content.failure.state !== 'absent') return missing(gapOf(wanted, content.failure));
    const roots = content.documents.map(rootOf);
    if (roots.some(({ value }) => Array.isArray(value) && value.length === 0)) drafts.understood = true;
    for (const page of roots.flatMap(flatten)) {
      if (readPage(drafts, page, cluster)) drafts.understood = true;
      else {
        const message = `the answer of aws eks describe-access-entry or list-associated-access-policies is expected; this is ${describeValue(page.value)}`;
        report.add({ code: 'wrong-kind', message, file: source.path });
        return missing(gapOf(wanted, { state: 'notCollected', why: message }));
      }
    }
  }
  if (!drafts.understood && !(marks.isComplete(folder) && refusal === undefined)) return missing(gapOf(wanted, refusal));
  const listedOnly = [...drafts.byArn.values()].find((draft) => draft.entry === undefined);
  if (listedOnly !== undefined) {
    const { arn } = listedOnly;
    const command = `aws eks describe-access-entry --cluster-name ${cluster.name} --region ${cluster.region} --principal-arn ${arn}`;
    return missing(gapOf({ ...wanted, what: `the access entry of ${arn} on cluster ${cluster.name}`, command }));
  }
  return collected([...drafts.byArn.values()].flatMap((draft) => makeEntry(cluster, draft) ?? []));
}

function draftOf(drafts: Drafts, arn: string): Draft {
  const known = drafts.byArn.get(arn);
  if (known !== undefined) return known;
  const fresh: Draft = { arn };
  drafts.byArn.set(arn, fresh);
  return fresh;
}

function readPage(drafts: Drafts, page: Place, cluster: ClusterPlace): boolean {
  const { value } = page;
  if (!isFields(value)) return typeof value === 'string' && value.startsWith('arn:') && draftOf(drafts, value) !== undefined;
  if (typeof value.clusterName === 'string' && value.clusterName !== cluster.name) return false;
  if (isFields(value.accessEntry)) {
    const inner = readPage(drafts, under(page, 'accessEntry'), cluster);
    const arn = asText(value.accessEntry.principalArn);
    if (arn !== undefined && ('associatedPolicies' in value || 'associatedAccessPolicies' in value))
      readPolicies(draftOf(drafts, arn), page);
    return inner;
  }
  if (Array.isArray(value.accessEntries)) {
    return each(under(page, 'accessEntries')).every((entry) => readPage(drafts, entry, cluster));
  }
  const arn = asText(value.principalArn);
  if (arn === undefined) return false;
  const draft = draftOf(drafts, arn);
  const isEntry = ['kubernetesGroups', 'type', 'username', 'accessEntryArn'].some((key) => key in value);
  if (isEntry) draft.entry = page;
  return readPolicies(draft, page) || isEntry;
}

function readPolicies(draft: Draft, page: Place): boolean {
  const value = isFields(page.value) ? page.value : {};
  const key = ['associatedAccessPolicies', 'associatedPolicies'].find((name) => Array.isArray(value[name]));
  const places = key === undefined ? [] : each(under(page, key));
  const single = isFields(value.associatedAccessPolicy);
  if (key === undefined && !single) return false;
  // AssociateAccessPolicy answers with one policy; whether there are others it does not say, but a folder of such answers is all we have.
  draft.policies ??= new Map();
  for (const place of single ? [under(page, 'associatedAccessPolicy')] : places) {
    const policy = isFields(place.value) ? place.value : {};
    const policyArn = asText(policy.policyArn);
    const scope = isFields(policy.accessScope) ? policy.accessScope : isFields(policy.scope) ? policy.scope : {};
    if (policyArn === undefined) continue;
    const namespaces = asTexts(scope.namespaces);
    draft.policies.set(policyArn, { policyArn, scope: { type: asText(scope.type) ?? '', namespaces }, origin: originOf(place) });
  }
  return true;
}

/** Types whose entries may have no access policies (measured: "can only be performed on Access Entries with a type of STANDARD"). */
const WITHOUT_POLICIES: readonly string[] = ['EC2_LINUX', 'EC2_WINDOWS'];

function makeEntry(cluster: ClusterPlace, draft: Draft): AccessEntry | undefined {
  const { entry, arn } = draft;
  if (entry === undefined || !isFields(entry.value)) return undefined;
  const fields = entry.value;
  const type = asText(fields.type) ?? 'STANDARD';
  const username = asText(fields.username);
  const createdAt = asTime(fields.createdAt);
  const boundUniqueId = asText(fields.boundUniqueId);
  return Object.freeze({
    principalArn: arn,
    type,
    ...(username === undefined || username === '' ? {} : { username }),
    groups: asTexts(fields.kubernetesGroups),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(boundUniqueId === undefined ? {} : { boundUniqueId }),
    policies: policiesOf(cluster, draft, type),
    origin: originOf(entry),
  });
}

function policiesOf(cluster: ClusterPlace, draft: Draft, type: string): Collected<readonly AssociatedPolicy[]> {
  if (draft.policies !== undefined) return collected([...draft.policies.values()]);
  if (WITHOUT_POLICIES.includes(type)) return collected([]);
  const what = `the access policies associated with ${draft.arn} on cluster ${cluster.name}`;
  const on = `--cluster-name ${cluster.name} --region ${cluster.region} --principal-arn ${draft.arn}`;
  const id = `access-policies:${cluster.arn}/${draft.arn}`;
  return missing(gapOf({ id, what, side: cluster.arn, command: `aws eks list-associated-access-policies ${on}` }));
}
