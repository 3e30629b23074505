import { type Document, parseDocument } from 'yaml';

/** One kubeconfig file. */
export interface KubeconfigText {
  readonly file: string;
  readonly text: string;
}

/** A context with what it names, as far as it is there. */
export interface KubeContext {
  readonly name: string;
  /** Name of the cluster entry; `aws eks update-kubeconfig` writes the cluster's ARN (facts/eks.md §4.1). */
  readonly cluster: string;
  readonly namespace?: string;
  readonly user?: KubeUser;
  readonly server?: string;
}

/** How a user entry proves who it is; no secret is kept. */
export type KubeUser =
  | {
      readonly kind: 'exec';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'other'; readonly what: string };

/** Several files read as one. */
export interface Kubeconfig {
  readonly contexts: readonly KubeContext[];
  readonly currentContext?: string;
}

/** Why a file cannot be used; positions are 1-based. */
export interface KubeconfigError {
  readonly error: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Reads kubeconfig files as kubectl merges them: the first file that names a context, cluster or user wins, and so does
 * the first that sets the current context (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files").
 */
export function readKubeconfig(files: readonly KubeconfigText[]): Kubeconfig | KubeconfigError {
  const contexts = new Map<string, Fields>();
  const clusters = new Map<string, Fields>();
  const users = new Map<string, Fields>();
  let currentContext: string | undefined;
  for (const { file, text } of files) {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [problem] = document.errors;
    if (problem !== undefined) return { error: firstLine(problem.message), file, ...startOf(problem) };
    const root = plain(document);
    if ('error' in root) return { error: root.error, file };
    const { value } = root;
    if (value === null || value === undefined) continue;
    if (!isFields(value)) return { error: 'a kubeconfig is a mapping with clusters, contexts and users', file };
    gather(contexts, value.contexts, 'context');
    gather(clusters, value.clusters, 'cluster');
    gather(users, value.users, 'user');
    currentContext ??= textOf(value['current-context']) || undefined;
  }
  return {
    contexts: [...contexts].map(([name, context]) => joinContext(name, context, clusters, users)),
    ...(currentContext === undefined ? {} : { currentContext }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** Aliases are followed; a text that unfolds to more than 100 of them (billion laughs) is refused by the parser. */
function plain(document: Document): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    return { error: error instanceof Error ? firstLine(error.message) : 'the YAML cannot be unfolded' };
  }
}

function gather(into: Map<string, Fields>, list: unknown, key: string): void {
  if (!Array.isArray(list)) return;
  for (const item of list) {
    if (!isFields(item)) continue;
    const name = textOf(item.name);
    const body = item[key];
    if (name !== '' && isFields(body) && !into.has(name)) into.set(name, body);
  }
}

function joinContext(
  name: string,
  context: Fields,
  clusters: ReadonlyMap<string, Fields>,
  users: ReadonlyMap<string, Fields>,
): KubeContext {
  const cluster = textOf(context.cluster);
  const user = users.get(textOf(context.user));
  const namespace = textOf(context.namespace);
  const server = textOf(clusters.get(cluster)?.server);
  return {
    name,
    cluster,
    ...(namespace === '' ? {} : { namespace }),
    ...(server === '' ? {} : { server }),
    ...(user === undefined ? {} : { user: readUser(user) }),
  };
}

/** How the body of a user entry logs in. */
export function readUser(user: Fields): KubeUser {
  const { exec } = user;
  if (!isFields(exec)) {
    const what = ['token', 'tokenFile', 'client-certificate', 'client-certificate-data', 'username', 'auth-provider'].find(
      (key) => key in user,
    );
    return { kind: 'other', what: what ?? 'nothing' };
  }
  const env: Record<string, string> = {};
  for (const item of Array.isArray(exec.env) ? exec.env : []) {
    // Whatever else stands in the environment may be a secret, and nothing here needs it.
    if (isFields(item) && KEPT.has(textOf(item.name))) env[textOf(item.name)] = textOf(item.value);
  }
  return { kind: 'exec', command: textOf(exec.command), args: Array.isArray(exec.args) ? exec.args.map(String) : [], env };
}

const KEPT = new Set([
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ROLE_ARN',
  'AWS_CONFIG_FILE',
]);

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

function startOf(problem: { readonly linePos?: readonly { readonly line: number; readonly col: number }[] | undefined }): {
  line?: number;
  column?: number;
} {
  const start = problem.linePos?.[0];
  return start === undefined ? {} : { line: start.line, column: start.col };
}
