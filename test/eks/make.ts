import { collected, missing } from '../../src/base/index.ts';
import type { AccessEntry, MappingSource, StsIdentity } from '../../src/rules/eks/index.ts';

/** A session of a role in account 222222222222. */
export function session(role = 'ci', name = 'build-7', more: Partial<StsIdentity> = {}): StsIdentity {
  const account = '222222222222';
  return { arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`, account, sessionName: name, ...more };
}

/** A STANDARD entry of role/ci. */
export function entry(more: Partial<AccessEntry> = {}): AccessEntry {
  const principalArn = 'arn:aws:iam::222222222222:role/ci';
  return { principalArn, type: 'STANDARD', username: 'from-entry', groups: ['entry'], policies: collected([]), ...more };
}

/** Rows of mapRoles as text. */
export function rolesYaml(
  ...rows: readonly { readonly arn: string; readonly username?: string; readonly groups?: readonly string[] }[]
): string {
  return rows
    .map(
      (row) =>
        `- rolearn: ${row.arn}\n  username: ${JSON.stringify(row.username ?? 'from-row')}\n  groups: ${JSON.stringify(row.groups ?? [])}\n`,
    )
    .join('');
}

/** A source in mode API_AND_CONFIG_MAP with an empty aws-auth and no entries. */
export function source(more: Partial<MappingSource> = {}): MappingSource {
  return { mode: 'API_AND_CONFIG_MAP', awsAuth: collected(null), accessEntries: collected([]), ...more };
}

/** A ConfigMap's data, collected. */
export function awsAuth(data: Readonly<Record<string, unknown>>): MappingSource['awsAuth'] {
  return collected({ data, origin: { file: 'kubernetes.yaml', path: [0, 'data'] } });
}

/** A part that nobody collected. */
export function hidden(id: string): ReturnType<typeof missing> {
  return missing({ kind: 'gap', id, state: 'notCollected', what: id });
}
