import { isSeq, type ParsedNode, parseAllDocuments, type YAMLSeq } from 'yaml';
import { type AwsAuthRow, readAwsAuth } from '../aws-auth.ts';
import type { YamlValue } from '../decode.ts';
import { sameText } from '../fold.ts';
import { readYaml } from '../yaml.ts';
import type { RowWish } from './types.ts';

/** The text of a section, ready to be edited. */
export interface OpenRows {
  readonly text: string;
  readonly eol: '\n' | '\r\n';
  /** Absent where the text holds no list. */
  readonly list?: YAMLSeq.Parsed;
  /** What the cluster reads, items that are no rows included; empty where there is no list. */
  readonly items: readonly YamlValue[];
  /** The rows that count, in their order. */
  readonly rows: readonly AwsAuthRow[];
}

/**
 * Opens the text of mapRoles or mapUsers. Refused is every text of which the cluster makes something else than a list or
 * nothing (facts/eks.md §2.2), and every one that two readers could take differently: mending it is for its owner.
 */
export function openRows(text: string, section: RowWish['section']): OpenRows | { readonly refused: string } {
  const eol = /\r\n/.test(text) ? '\r\n' : '\n';
  // The authenticator skips these marks before it looks for YAML (facts/eks.md §2.2).
  if (['', '``', '""', "''"].includes(text.trim())) return { text: '', eol, items: [], rows: [] };
  const read = readYaml(text);
  if (read.state === 'broken') return refused(`${section} is not valid YAML (${read.error})`);
  if (read.state === 'unjudged') return refused(`what the cluster makes of ${section} cannot be judged (${read.error})`);
  const { value } = read;
  if (value.kind !== 'list' && value.kind !== 'null') return refused(`${section} is not a list`);
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: true,
    logLevel: 'silent',
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (second !== undefined) return refused(`${section} holds several YAML documents, of which the cluster reads the first`);
  const [wrong] = document?.errors ?? [];
  if (wrong !== undefined) {
    const line = text.slice(0, wrong.pos[0]).split('\n').length;
    return refused(`line ${line} of ${section} is read by the cluster, but not by YAML 1.2 (${firstLine(wrong.message)})`);
  }
  const contents = (document?.contents ?? null) as ParsedNode | null;
  if (value.kind !== 'list') return { text: withoutNull(text, contents), eol, items: [], rows: [] };
  const { items } = value;
  if (!isSeq(contents) || contents.items.length !== items.length)
    return refused(`${section} is written in a way that is not edited`);
  const { roles, users } = readAwsAuth({ [section]: text });
  return { text, eol, list: contents as YAMLSeq.Parsed, items, rows: section === 'mapRoles' ? roles : users };
}

/** The rows of an ARN; it is compared without regard to case (facts/eks.md §2.3). */
export function rowsOf({ rows }: OpenRows, arn: string): readonly AwsAuthRow[] {
  return rows.filter((row) => row.sso === undefined && sameText(row.arn, arn));
}

/** A text that says `null` or `~` holds no list, and none can stand beside that word. */
function withoutNull(text: string, contents: ParsedNode | null): string {
  const range = contents?.range;
  return range === undefined || range === null ? text : text.slice(0, range[0]) + text.slice(range[1]);
}

function refused(reason: string): { readonly refused: string } {
  return { refused: reason };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
