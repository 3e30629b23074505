import type { Collection, Missing } from '../../edge/collect/index.ts';
import { newPage } from '../print/page.ts';
import type { Style } from '../print/style.ts';
import type { LiveRequest } from './live.ts';

/** What was read and what was not, and what to do about it, for a person. */
export function printCollection(collection: Collection, request: LiveRequest, folder: string, style: Style): string {
  const page = newPage(style, () => undefined);
  const calls = Object.values(collection.calls).reduce((sum, count) => sum + count, 0);
  const files = collection.files.length;
  page.prose(
    `${collection.missing.length === 0 ? 'Everything' : 'A part'} was read: ${files} files in ${folder}, ${calls} calls`,
    {
      tone: collection.missing.length === 0 ? 'good' : 'open',
    },
  );
  page.gap();
  for (const what of subjects(collection, request)) {
    const own = collection.missing.filter(({ path }) => path === what.path || path.startsWith(`${what.path}/`));
    const gaps = what.without === undefined ? own : own.filter(({ path }) => !path.startsWith(what.without ?? ''));
    const [mark, tone] = gaps.length === 0 ? ([style.mark.yes, 'good'] as const) : ([style.mark.unknown, 'open'] as const);
    page.prose(what.text, { lead: `${mark} `, leadTone: tone });
    for (const gap of group(gaps)) {
      page.prose(gap.text, { lead: '    ' });
      page.prose(gap.advice, { lead: '    → ', tone: 'quiet' });
    }
  }
  return page.text();
}

interface Subject {
  readonly text: string;
  readonly path: string;
  /** A path below that is a subject of its own. */
  readonly without?: string;
}

function subjects({ missing }: Collection, { accounts, clusters }: LiveRequest): readonly Subject[] {
  const named = new Map(accounts.map((account) => [account.id, account]));
  const ids = [...new Set([...accounts.map(({ id }) => id), ...clusters.map((arn) => arn.split(':')[4] ?? '')])];
  const all: Subject[] = [];
  for (const id of ids) {
    const alias = named.get(id)?.alias;
    const path = `accounts/${id}`;
    all.push({ text: `account ${id}${alias === undefined ? '' : ` (${alias})`}`, path, without: `${path}/eks/` });
    if (missing.some((gap) => gap.path === path)) continue;
    for (const arn of clusters.filter((each) => each.split(':')[4] === id)) {
      const [, , , region = '', , name = ''] = arn.split(':');
      all.push({ text: `cluster ${arn}`, path: `${path}/eks/${region}/${name.replace('cluster/', '')}` });
    }
  }
  if (missing.length > 0 || ids.length > 0) all.push({ text: 'control policies of the organization', path: 'organizations' });
  return all;
}

/** Calls that failed alike are told once. */
function group(gaps: readonly Missing[]): readonly { readonly text: string; readonly advice: string }[] {
  const byCall = new Map<string, Missing[]>();
  for (const gap of gaps) {
    const key = `${gap.call} ${gap.state} ${gap.error.replaceAll(/arn:\S+/g, '')}`;
    byCall.set(key, [...(byCall.get(key) ?? []), gap]);
  }
  return [...byCall.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const times = same.length === 1 ? '' : ` (${same.length} times)`;
    const call = first.call === undefined ? '' : `${first.call}${times}: `;
    return [{ text: `${call}${first.error}`, advice: adviceFor(first) }];
  });
}

/** What to do about something that was not given. */
export function adviceFor({ call, state, error, account }: Missing): string {
  if (call === undefined && state === 'notCollected')
    return `--credentials ${account}=profile:NAME or ${account}=role:ARN enters the account`;
  if (call === undefined) return 'the account could not be entered: check the role, its trust policy and the profile';
  if (/expired/i.test(error)) return 'the credentials have expired: log in again, then run it again';
  if (call === 'kubernetes' && /\b401\b|unauthorized/i.test(error))
    return 'the cluster does not know the caller: no access entry and no row of aws-auth maps it; its administrator adds one, or --context goes another way';
  if (call === 'kubernetes') return 'the API server was not reached: network, proxy, publicAccessCidrs; or run it from inside';
  if (state === 'refused' && call.startsWith('kubernetes:'))
    return `the caller needs "${call.slice('kubernetes:'.length)}" in the cluster; docs/collect.md has the ClusterRole`;
  if (state === 'refused') return `the caller needs ${call}; docs/collect.md has the policy`;
  if (call.startsWith('organizations:')) return 'without it, what service control policies allow stays open';
  return 'run it again; what is there is kept as it is';
}
