import { parseDocument } from 'yaml';
import type { Choose } from './open-point.ts';

/** One row of mapRoles or mapUsers that the authenticator keeps. */
export interface Row {
  readonly arn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

/** The three maps of aws-auth as the authenticator keeps them. */
export interface AwsAuth {
  readonly roles: readonly Row[];
  readonly users: readonly Row[];
  readonly accounts: readonly string[];
}

/** Reads the ConfigMap's data (facts/eks.md §2.1, §2.2): sections apart, a broken one is empty, a bad row is dropped. */
export function readAwsAuth(data: Readonly<Record<string, string>> | null, choose: Choose): AwsAuth {
  const roles = rows(data?.mapRoles, 'rolearn', choose).filter((row) => !row.isSso);
  const users = rows(data?.mapUsers, 'userarn', choose);
  const accounts = section(data?.mapAccounts, 'failsafe');
  return { roles, users, accounts: Array.isArray(accounts) ? accounts.filter((one) => typeof one === 'string') : [] };
}

/** The parsed YAML of a section; undefined when it is empty by rule or broken. */
function section(value: string | undefined, schema: 'core' | 'failsafe'): unknown {
  if (value === undefined || ['', '``', '""', "''"].includes(value.trim())) return undefined;
  const document = parseDocument(value, { schema, uniqueKeys: false, version: schema === 'core' ? '1.1' : '1.2' });
  return document.errors.length > 0 ? undefined : document.toJS();
}

function rows(value: string | undefined, arnKey: string, choose: Choose): (Row & { readonly isSso: boolean })[] {
  const list = section(value, 'core');
  if (!Array.isArray(list)) return [];
  const kept: (Row & { readonly isSso: boolean })[] = [];
  for (const [i, item] of list.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue; // an empty row, which validation drops
    const field = (wanted: string): unknown => {
      const spellings = Object.keys(item).filter((key) => key.toLowerCase() === wanted); // Go's decoder ignores the case of keys
      const chosen = spellings.length > 1 && choose(`row ${i}, key ${wanted} in two spellings`) ? spellings[0] : spellings.at(-1);
      return chosen === undefined ? undefined : Object.entries(item).find(([key]) => key === chosen)?.[1];
    };
    const arn = field(arnKey);
    const sso = field('sso');
    const username = field('username');
    const groups = field('groups');
    const isSso = typeof sso === 'object' && sso !== null;
    if (typeof arn !== 'string' || arn === '' || (arnKey === 'rolearn' && isSso)) continue;
    kept.push({
      arn,
      isSso,
      username: typeof username === 'string' ? username : '', // a value of another type is logged and left empty
      groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
    });
  }
  return kept;
}
