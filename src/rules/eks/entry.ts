import type { Gap } from '../../base/index.ts';
import type { Caller } from './caller.ts';
import { unjudged } from './entry-match.ts';
import { renderTemplate } from './template.ts';
import type { AccessEntry } from './types.ts';

/** What an entry makes of its principal. */
export type EntryAnswer =
  | {
      readonly state: 'mapped';
      readonly username: string | null;
      readonly open: boolean;
      readonly groups: readonly string[];
      readonly gaps: readonly Gap[];
    }
  | { readonly state: 'refused'; readonly error: string }
  | { readonly state: 'unknown'; readonly gap: Gap };

const NODE = 'system:node:{{EC2PrivateDNSName}}';
const SESSION_NODE = 'system:node:{{SessionName}}';

/**
 * The username EKS gives an entry that states none; undefined where AWS does not say (types EC2 and HYPERPOD_LINUX).
 * Source: EKS user guide creating-access-entries; facts §3.4.
 *
 * @example defaultUsername({ principalArn: 'arn:aws:iam::1…1:role/team/ci', type: 'STANDARD', … })
 *   // 'arn:aws:sts::1…1:assumed-role/ci/{{SessionName}}'
 */
export function defaultUsername(entry: Pick<AccessEntry, 'principalArn' | 'type'>): string | undefined {
  switch (entry.type) {
    case 'STANDARD': {
      const role = /^arn:([^:]+):iam::([^:]*):role\/(?:.*\/)?([^/]+)$/.exec(entry.principalArn);
      if (role === null) return entry.principalArn;
      return `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/{{SessionName}}`;
    }
    case 'EC2_LINUX':
    case 'EC2_WINDOWS':
      return NODE;
    case 'FARGATE_LINUX':
    case 'HYBRID_LINUX':
      return SESSION_NODE;
    default:
      return undefined;
  }
}

/** Renders an entry for a caller that it is bound to. Only what AWS documents is filled in; other templates are a gap. */
export function answerOfEntry(
  entry: AccessEntry,
  caller: Caller,
  dnsNames: Readonly<Record<string, string>> | undefined,
): EntryAnswer {
  const templated = entry.groups.find((group) => group.includes('{{'));
  if (templated !== undefined) {
    return { state: 'unknown', gap: unjudged(`entry-group:${entry.principalArn}`, `what EKS makes of the group "${templated}"`) };
  }
  const template = entry.username || defaultUsername(entry);
  if (template === undefined) {
    const what = `the username that EKS gives an access entry of type ${entry.type} (AWS does not publish it)`;
    return nameless(entry, unjudged(`entry-username:${entry.type}`, what));
  }
  if (
    /\{\{(AccountID|AccessKeyID)\}\}/.test(template) ||
    (template.includes('{{EC2PrivateDNSName}}') && entry.type === 'STANDARD')
  ) {
    const what = `what EKS makes of "${template}" (only the session templates are documented for access entries)`;
    return nameless(entry, unjudged(`entry-template:${entry.principalArn}`, what));
  }
  const name = renderTemplate(template, caller, dnsNames);
  if (name.state !== 'text') return name;
  return { state: 'mapped', username: name.text, open: name.open, groups: entry.groups, gaps: [] };
}

function nameless(entry: AccessEntry, gap: Gap): EntryAnswer {
  return { state: 'mapped', username: null, open: false, groups: entry.groups, gaps: [gap] };
}
