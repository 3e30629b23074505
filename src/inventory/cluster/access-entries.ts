import { type Collected, collected, type Gap, missing } from '../../base/index.ts';
import type { AccessEntry } from '../../rules/eks/index.ts';
import { type ClusterPlace, eksWanted, gapOf } from '../gaps.ts';
import type { Marks } from '../marks.ts';
import type { ClusterFiles } from '../route.ts';
import { parseSource } from '../text/parse.ts';
import { isAmbiguous, originOf, rootOf } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { isSame } from '../text/same.ts';
import { asText, asTextMap, asTexts, asTime, describeValue, isFields, isTexts } from '../text/values.ts';
import { draftOf, type EntryAnswers, type EntryDraft, type EntryList, readAnswer } from './access-answers.ts';
import { policiesOf } from './associated-policies.ts';

/**
 * Joins the answers about access entries by principal ARN. Answers of one moment agree: an entry that the list does not
 * name, that is listed and not described, or that two answers describe differently has a gap instead of being one.
 */
export function readAccessEntries(
  cluster: ClusterPlace,
  files: ClusterFiles,
  marks: Marks,
  report: Report,
): Collected<readonly AccessEntry[]> {
  const answers: EntryAnswers = { byArn: new Map(), lists: [] };
  const wanted = eksWanted(cluster, 'access-entries');
  const folder = `${files.folder}/access-entries`;
  const refusal = marks.refusal(folder) ?? marks.refusal(`${folder}.json`);
  for (const source of files.accessEntries) {
    const content = parseSource(source, report);
    // One answer that cannot be read may be about any principal, so the list as a whole is not known.
    if (content.failure !== undefined && content.failure.state !== 'absent') return missing(gapOf(wanted, content.failure));
    for (const page of content.documents.map(rootOf)) {
      const read = readAnswer(answers, page, cluster);
      if (read === 'foreign') {
        const message = `an answer about another cluster than ${cluster.name}; it does not count here`;
        report.add({ code: 'folder-mismatch', message, file: source.path });
      } else if (read === 'unknown') {
        const message = `the answer of aws eks describe-access-entry or list-associated-access-policies is expected; this is ${describeValue(page.value)}`;
        report.add({ code: 'wrong-kind', message, file: source.path });
        return missing(gapOf(wanted, { state: 'notCollected', why: message }));
      }
    }
  }
  const { byArn, lists } = answers;
  const understood = byArn.size > 0 || lists.length > 0;
  if (!understood && !(marks.isComplete(folder) && refusal === undefined)) return missing(gapOf(wanted, refusal));
  const [first] = lists;
  if (first !== undefined && lists.every(({ more }) => more)) {
    const why = 'the last page of the list is missing: every page says that more follows (nextToken)';
    report.add({ code: 'incomplete-pages', message: why, file: first.place.document.file });
    return missing(gapOf(wanted, { state: 'notCollected', why }));
  }
  if (lists.some(({ place }) => isAmbiguous(place)))
    return missing(gapOf(wanted, { state: 'notCollected', why: 'a key stands twice' }));
  for (const { arns } of lists) for (const arn of arns) draftOf(answers, arn);
  const doubts: Doubts = { cluster, lists, report };
  return collected([...byArn.values()].map((draft) => makeEntry(doubts, draft)));
}

interface Doubts {
  readonly cluster: ClusterPlace;
  readonly lists: readonly EntryList[];
  readonly report: Report;
}

function makeEntry(doubts: Doubts, draft: EntryDraft): AccessEntry {
  const { cluster, report } = doubts;
  const { arn, entries } = draft;
  const gap = unlisted(doubts, draft) ?? undescribed(doubts, draft) ?? garbled(doubts, draft) ?? differing(doubts, draft);
  const place = entries.at(-1);
  const fields = isFields(place?.value) ? place.value : {};
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
    policies: policiesOf(cluster, draft, type, report),
    ...(isFields(fields.tags) ? { tags: asTextMap(fields.tags) } : {}),
    ...(gap === undefined ? {} : { gap }),
    ...(place === undefined ? {} : { origin: originOf(place) }),
  });
}

/** A list is whole when its last page is there; of several that are, an entry stands for certain only where all name it. */
function unlisted({ cluster, lists, report }: Doubts, { arn, entries, policies }: EntryDraft): Gap | undefined {
  const ends = lists.filter(({ more }) => !more);
  const named = ends.length === 1 ? lists.some(({ arns }) => arns.has(arn)) : ends.every(({ arns }) => arns.has(arn));
  if (named) return undefined;
  const lacking = (ends.find(({ arns }) => !arns.has(arn)) ?? ends[0])?.place.document.file ?? '';
  const file = (entries.at(-1) ?? policies.at(-1)?.place)?.document.file ?? lacking;
  const why = `the list of access entries in ${lacking} does not name it: the files are not of one moment`;
  report.add({ code: 'conflict', message: `the access entry of ${arn}: ${why}`, file });
  return unjudged(cluster, arn, `whether the access entry of ${arn} on cluster ${cluster.name} stands (${why})`, 'list');
}

function undescribed({ cluster }: Doubts, { arn, entries }: EntryDraft): Gap | undefined {
  if (entries.length > 0) return undefined;
  const { id, command } = unjudged(cluster, arn, '', 'describe');
  const what = `the access entry of ${arn} on cluster ${cluster.name}`;
  return gapOf({ id, what, side: cluster.arn, ...(command === undefined ? {} : { command }) });
}

/** A value of another type is in no answer of EKS: read as none, it would make a firm no. */
function garbled({ cluster, report }: Doubts, { arn, entries }: EntryDraft): Gap | undefined {
  for (const { value, document } of entries) {
    const fields = isFields(value) ? value : {};
    const odd = ['type', 'username', 'kubernetesGroups'].find((key) => {
      const said = fields[key] ?? undefined;
      return said !== undefined && !(key === 'kubernetesGroups' ? isTexts(said) : typeof said === 'string');
    });
    if (odd === undefined) continue;
    const why = `its ${odd} is ${odd === 'kubernetesGroups' ? 'not a list of texts' : 'no text'}`;
    report.add({ code: 'wrong-kind', message: `the access entry of ${arn}: ${why}`, file: document.file });
    return unjudged(cluster, arn, `what the access entry of ${arn} on cluster ${cluster.name} says (${why})`, 'describe');
  }
  return undefined;
}

function differing({ cluster, report }: Doubts, { arn, entries }: EntryDraft): Gap | undefined {
  const ambiguous = `what the access entry of ${arn} on cluster ${cluster.name} says (a key stands twice in it)`;
  if (entries.some(isAmbiguous)) return unjudged(cluster, arn, ambiguous, 'describe');
  const [first, ...others] = entries;
  const other = others.find(({ value }) => !isSame(said(value), said(first?.value)));
  if (first === undefined || other === undefined) return undefined;
  const message = `the access entry of ${arn} is described differently in ${first.document.file}: the files are not of one moment`;
  report.add({ code: 'conflict', message, file: other.document.file });
  const what = `which of the differing descriptions of the access entry of ${arn} on cluster ${cluster.name} stands`;
  return unjudged(cluster, arn, what, 'describe');
}

/** What an entry decides with; tags and the time of the last change are left out. */
function said(value: unknown): unknown {
  const fields = isFields(value) ? value : {};
  const created = asTime(fields.createdAt);
  return [
    asText(fields.type) ?? 'STANDARD',
    asText(fields.username) ?? '',
    [...asTexts(fields.kubernetesGroups)].sort(),
    created === undefined ? '' : Math.trunc(Date.parse(created) / 1000) || created,
    asText(fields.boundUniqueId) ?? '',
  ];
}

function unjudged(cluster: ClusterPlace, arn: string, what: string, by: 'list' | 'describe'): Gap {
  const on = `--cluster-name ${cluster.name} --region ${cluster.region}`;
  const command = by === 'list' ? `list-access-entries ${on}` : `describe-access-entry ${on} --principal-arn ${arn}`;
  const id = `access-entry:${cluster.arn}/${arn}`;
  return { kind: 'gap', id, state: 'unjudged', what, side: cluster.arn, command: `aws eks ${command}` };
}
