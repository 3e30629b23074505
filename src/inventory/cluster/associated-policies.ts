import { type Collected, collected, missing } from '../../base/index.ts';
import type { AssociatedPolicy } from '../../rules/eks/index.ts';
import { type ClusterPlace, gapOf } from '../gaps.ts';
import { isAmbiguous } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { isSame } from '../text/same.ts';
import type { EntryDraft, PolicyAnswer } from './access-answers.ts';

/** Types whose entries may have no access policies (measured: "can only be performed on Access Entries with a type of STANDARD"). */
const WITHOUT_POLICIES: readonly string[] = ['EC2_LINUX', 'EC2_WINDOWS'];

/** The access policies of one entry, put together from all answers about them; answers that contradict each other are none. */
export function policiesOf(
  cluster: ClusterPlace,
  { arn, policies: answers }: EntryDraft,
  type: string,
  report: Report,
): Collected<readonly AssociatedPolicy[]> {
  const what = `the access policies associated with ${arn} on cluster ${cluster.name}`;
  const on = `--cluster-name ${cluster.name} --region ${cluster.region} --principal-arn ${arn}`;
  const id = `access-policies:${cluster.arn}/${arn}`;
  const wanted = { id, what, side: cluster.arn, command: `aws eks list-associated-access-policies ${on}` };
  const [first] = answers;
  if (first === undefined) return WITHOUT_POLICIES.includes(type) ? collected([]) : missing(gapOf(wanted));
  if (answers.every(({ extent }) => extent === 'page')) {
    const why = 'the last page is missing: every page says that more follows (nextToken)';
    report.add({ code: 'incomplete-pages', message: `${what}: ${why}`, file: first.place.document.file });
    return missing(gapOf(wanted, { state: 'notCollected', why }));
  }
  if (answers.some(({ place }) => isAmbiguous(place)))
    return missing(gapOf(wanted, { state: 'notCollected', why: 'a key stands twice' }));
  const odd = answers.find(({ garbled }) => garbled !== undefined);
  if (odd?.garbled !== undefined) {
    report.add({ code: 'wrong-kind', message: `${what}: ${odd.garbled}`, file: odd.place.document.file });
    return missing(gapOf(wanted, { state: 'notCollected', why: odd.garbled }));
  }
  const byArn = new Map(answers.flatMap(({ policies }) => policies).map((policy) => [policy.policyArn, policy]));
  const wrong = answers.find((answer) => contradicts(answer, answers, byArn));
  if (wrong !== undefined) {
    const why = 'answers about them differ: the files are not of one moment';
    report.add({ code: 'conflict', message: `${what}: ${why}`, file: wrong.place.document.file });
    return missing(gapOf(wanted, { state: 'notCollected', why }));
  }
  return collected([...byArn.values()]);
}

/** Whether an answer says otherwise than all together: another scope, or it should have them all and lacks one. */
function contradicts(
  answer: PolicyAnswer,
  answers: readonly PolicyAnswer[],
  byArn: ReadonlyMap<string, AssociatedPolicy>,
): boolean {
  const own = new Set(answer.policies.map(({ policyArn }) => policyArn));
  if (answer.policies.some(({ policyArn, scope }) => !isSame(said(scope), said(byArn.get(policyArn)?.scope)))) return true;
  // The last page of a list looks like a whole list.
  const paged = answers.some(({ extent }) => extent === 'page');
  return answer.extent === 'list' && !paged && own.size < byArn.size;
}

function said(scope: AssociatedPolicy['scope'] | undefined): unknown {
  return [scope?.type, [...(scope?.namespaces ?? [])].sort()];
}
