import { readTokenCommand, type TokenCommand } from './exec.ts';
import { readUser } from './read.ts';
import { isJsonMap, type Json, type JsonMap } from './text/json.ts';
import { LISTS, type ListName } from './text/open.ts';

/** A file of KUBECONFIG as a value. */
export interface FileValue {
  readonly file: string;
  readonly value: JsonMap;
}

/** An entry with where it stands. */
export interface Entry {
  readonly file: string;
  readonly index: number;
  readonly body: JsonMap;
}

/** The entry of a name that kubectl uses: that of the first file that has one. */
export function findEntry(files: readonly FileValue[], list: ListName, name: string): Entry | undefined {
  for (const { file, value } of files) {
    const found = entriesOf(value, list).find((entry) => entry.name === name);
    if (found !== undefined) return { file, index: found.index, body: found.body };
  }
  return undefined;
}

/** The entries of a list with their names; what has no name is none. */
export function entriesOf(
  value: JsonMap,
  list: ListName,
): readonly { readonly name: string; readonly index: number; readonly body: JsonMap }[] {
  const items = value[list];
  return (Array.isArray(items) ? items : []).flatMap((item: Json, index) => {
    if (!isJsonMap(item)) return [];
    const name = textOf(item.name);
    const body = item[LISTS[list]];
    return name === '' ? [] : [{ name, index, body: isJsonMap(body) ? body : {} }];
  });
}

/** The token command of a user entry's body; undefined where it makes no EKS token. */
export function tokenCommandOf(body: JsonMap): TokenCommand | undefined {
  const command = readTokenCommand(readUser(body));
  return 'error' in command ? undefined : command;
}

/** A name as text: a number that somebody did not quote is one too. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
