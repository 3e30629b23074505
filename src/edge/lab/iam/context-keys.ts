import type { Call } from '../authorise.ts';
import type { Lab } from '../context.ts';
import { documentOf } from '../policy-text.ts';
import type { PolicyText } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import { findHolder, type Holder } from './holder.ts';

/** The condition keys that policies ask for: those of their Condition blocks, and their policy variables. Sorted. */
export function contextKeysOf(documents: readonly PolicyText[]): readonly string[] {
  const found = new Map<string, string>();
  const add = (key: string): void => {
    // Keys are compared ignoring case (facts/iam.md §3.1).
    if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key);
  };
  for (const text of documents) {
    const document = documentOf(text) as { readonly Statement?: unknown };
    for (const statement of [document.Statement].flat()) {
      const { Condition = {} } = Object(statement) as { readonly Condition?: Readonly<Record<string, unknown>> };
      for (const block of Object.values(Condition)) Object.keys(Object(block)).forEach(add);
    }
    for (const [, name = ''] of JSON.stringify(document).matchAll(/\$\{([A-Za-z][\w.-]*:[^},]+)(?:,[^}]*)?\}/g)) add(name.trim());
  }
  return [...found.values()].sort();
}

/** Every policy that decides about a user or role: its own, those of its groups, and its boundary. */
export function policiesOf(call: Call, kind: 'Role' | 'User', name: string): readonly PolicyText[] {
  const holder = findHolder(call, kind, name);
  if (holder === undefined) return [];
  const { lab, caller } = call;
  const groups =
    kind === 'Role' ? [] : (lab.store.get(accountScope(caller.account), 'user', name.toLowerCase())?.GroupList ?? []);
  const holders = [holder, ...groups.flatMap((group) => findHolder(call, 'Group', group) ?? [])];
  const boundary = holder.boundary === undefined ? [] : managed(lab, caller.account, holder.boundary.PermissionsBoundaryArn);
  return [...holders.flatMap((one) => documentsOf(lab, caller.account, one)), ...boundary];
}

function documentsOf(lab: Lab, account: string, { inline, attached }: Holder): readonly PolicyText[] {
  return [
    ...inline.map(({ PolicyDocument }) => PolicyDocument),
    ...attached.flatMap(({ PolicyArn }) => managed(lab, account, PolicyArn)),
  ];
}

/** The default version; nothing for a policy of AWS that the lab does not hold, which no call is allowed by. */
function managed({ store }: Lab, account: string, arn: string): readonly PolicyText[] {
  const versions = store.get(accountScope(account), 'policy', arn)?.PolicyVersionList ?? [];
  return versions.filter(({ IsDefaultVersion }) => IsDefaultVersion).map(({ Document }) => Document);
}
