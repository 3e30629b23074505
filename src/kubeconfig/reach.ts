import { readTokenCommand, type TokenCommand } from './exec.ts';
import { type KubeconfigText, readUser } from './read.ts';
import type { JsonMap } from './text/json.ts';
import { openText } from './text/open.ts';
import { entriesOf, type FileValue, findEntry, textOf } from './view.ts';

/** How a cluster entry says that its API server is reached. */
export interface ClusterReach {
  readonly clusterName: string;
  readonly server: string;
  readonly caData?: string;
  /** A path, relative to the folder of `file`. */
  readonly caFile?: string;
  readonly file: string;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly insecure: boolean;
}

/** A context that can be used: where it leads and who makes its tokens. */
export interface LiveContext {
  readonly reach: ClusterReach;
  readonly token: TokenCommand;
}

/** The context of a name, as kubectl would use it; else why not, with the names that there are. */
export function readLiveContext(
  texts: readonly KubeconfigText[],
  name: string,
): LiveContext | { readonly error: string; readonly names: readonly string[] } {
  const files = valuesOf(texts);
  if ('error' in files) return { ...files, names: [] };
  const context = findEntry(files.values, 'contexts', name);
  const names = files.values.flatMap(({ value }) => entriesOf(value, 'contexts').map((each) => each.name));
  if (context === undefined) return { error: 'there is no such context', names };
  const cluster = textOf(context.body.cluster);
  const reach = reachOf(files.values, cluster);
  if (reach === undefined) return { error: `its cluster ${cluster} is not there`, names: [] };
  const user = findEntry(files.values, 'users', textOf(context.body.user));
  const token = readTokenCommand(user === undefined ? undefined : readUser(user.body));
  return 'error' in token ? { error: token.error, names: [] } : { reach, token };
}

/** The cluster entry of a name, where a file has it. */
export function findClusterReach(texts: readonly KubeconfigText[], name: string): ClusterReach | undefined {
  const files = valuesOf(texts);
  return 'error' in files ? undefined : reachOf(files.values, name);
}

function valuesOf(texts: readonly KubeconfigText[]): { readonly values: readonly FileValue[] } | { readonly error: string } {
  const values: FileValue[] = [];
  for (const { file, text } of texts) {
    const opened = openText(text);
    if ('error' in opened) return { error: `${file}${opened.line === undefined ? '' : `:${opened.line}`}: ${opened.error}` };
    values.push({ file, value: opened.value });
  }
  return { values };
}

function reachOf(files: readonly FileValue[], name: string): ClusterReach | undefined {
  const entry = findEntry(files, 'clusters', name);
  if (entry === undefined || textOf(entry.body.server) === '') return undefined;
  const text = (key: string): string | undefined => textOf((entry.body as JsonMap)[key]) || undefined;
  const [caData, caFile, tlsServerName, proxyUrl] = [
    ...['certificate-authority-data', 'certificate-authority', 'tls-server-name', 'proxy-url'].map(text),
  ];
  return {
    clusterName: name,
    server: textOf(entry.body.server),
    file: entry.file,
    insecure: entry.body['insecure-skip-tls-verify'] === true,
    ...(caData === undefined ? {} : { caData }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  };
}
