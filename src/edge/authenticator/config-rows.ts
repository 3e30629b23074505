import { isSeq, type Node } from 'yaml';
import { canonicalArn } from '../../rules/arn/index.ts';
import { type AwsAuth, type AwsAuthRow, readAwsAuth, rowWarnings } from '../../rules/eks/index.ts';
import type { Fault, Findings, Section } from './config-node.ts';

/** What the rows of a file are read with. */
export interface RowOptions {
  readonly file: string;
  /** Whether SSO patterns count (feature gate SSORoleMatch). */
  readonly ssoRoles: boolean;
  readonly findings: Findings;
}

/**
 * Reads `mapRoles`, `mapUsers` and `mapAccounts` of the server section. As in the original any row that cannot count is a
 * fault of the whole file (pkg/mapper/file; facts §1.10); the rows themselves are read by the room that reads aws-auth.
 */
export function readMappings(server: Section, { ssoRoles, findings }: RowOptions): AwsAuth {
  const nodes = new Map<string, readonly Node[]>();
  const data: Record<string, string> = {};
  for (const section of ['mapRoles', 'mapUsers']) {
    const node = server.get(section);
    if (node === undefined) continue;
    if (!isSeq(node)) {
      server.fault(`${section} is no list of rows`, node);
      continue;
    }
    nodes.set(section, node.items as Node[]);
    // JSON in lines is YAML that every reader takes alike.
    data[section] = JSON.stringify(plain(node, server), null, 1);
  }
  const accounts = server.texts('mapAccounts') ?? [];
  for (const account of accounts) {
    if (!/^\d{12}$/.test(account)) server.fault(`"${account}" in mapAccounts is no account id of 12 digits`, 'mapAccounts');
  }
  data['mapAccounts'] = JSON.stringify(accounts, null, 1);
  const rows = readAwsAuth(data);
  const at = (section: string, index: number | undefined): Node | string => nodes.get(section)?.[index ?? -1] ?? section;
  for (const { section, index, text } of rows.problems) server.fault(text, at(section, index));
  for (const row of [...rows.roles, ...rows.users]) {
    const text = wrongRow(row, ssoRoles);
    if (text !== undefined) server.fault(`row ${row.index + 1} of ${row.section}: ${text}`, at(row.section, row.index));
  }
  for (const { row, text } of rowWarnings(rows)) {
    findings.warnings.push(server.place(at(row.section, row.index), `row ${row.index + 1} of ${row.section}: ${text}`));
  }
  return rows;
}

function wrongRow({ arn, sso }: AwsAuthRow, ssoRoles: boolean): string | undefined {
  if (sso !== undefined) return ssoRoles ? undefined : 'an sso row counts only with the feature gate SSORoleMatch';
  const canonical = canonicalArn(arn.toLowerCase());
  return 'error' in canonical ? `error canonicalizing ARN: ${canonical.error}` : undefined;
}

function plain(node: Node, server: Section): unknown {
  try {
    return server.toJs(node);
  } catch (error) {
    server.fault(error instanceof Error ? error.message : 'cannot be read', node);
    return [];
  }
}

/** A fault as `file:line:column: text`. */
export function faultLine({ file, line, column, text }: Fault): string {
  return `${file}:${line}:${column}: ${text}`;
}
