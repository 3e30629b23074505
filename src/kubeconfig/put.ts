import { type ClusterFacts, type ExecSection, mergedEnv } from './login.ts';
import { chooseNames, type Names, type NameWish, type PutRefusal } from './names.ts';
import { applied, editText, type TextEdit } from './text/edit.ts';
import { isJsonMap, type Json, type JsonMap, sameJson } from './text/json.ts';
import { LISTS, type ListName, openText, type TextRefusal } from './text/open.ts';
import { type FileValue, findEntry, tokenCommandOf } from './view.ts';

/** One context that is to be there. */
export interface ContextWish extends NameWish {
  readonly exec: ExecSection;
  readonly proxyUrl?: string;
  /** Endpoint and certificate come from a file or the command line, not from AWS: they do not move an entry that is there. */
  readonly handedOver: boolean;
}

/** What became of one wish. */
export interface Put {
  readonly names: Names;
  /** The file that holds it. */
  readonly file: string;
  /** Of the context: whether it is new, something of it changed, or all was as wished. */
  readonly outcome: 'added' | 'updated' | 'unchanged';
  /** What changed in entries that were there: `server of the cluster entry`. */
  readonly changes: readonly string[];
}

/** All wishes, and the texts that they make. */
export interface PutPlan {
  readonly puts: readonly Put[];
  /** Files whose text changes; `before` is undefined for a new one. */
  readonly files: readonly { readonly file: string; readonly before: string | undefined; readonly after: string }[];
  readonly warnings: readonly string[];
}

/** A file of KUBECONFIG; no text where there is no file. */
export interface MaybeText {
  readonly file: string;
  readonly text: string | undefined;
}

/**
 * Plans contexts into kubeconfig files, as text edits. The file of a context is the first that has its cluster entry,
 * else the first of all; files that cannot be read are passed over with a warning, unless it is that one (facts/eks.md
 * §4.3).
 *
 * @param makeCurrent whether the (last) context becomes the current one
 */
export function planContexts(
  texts: readonly MaybeText[],
  wishes: readonly ContextWish[],
  makeCurrent: boolean,
): PutPlan | PutRefusal {
  const warnings: string[] = [];
  const values = new Map<string, JsonMap>();
  const broken = new Map<string, TextRefusal>();
  for (const { file, text } of texts) {
    const opened = openText(text ?? '');
    if ('error' in opened) broken.set(file, opened);
    else values.set(file, opened.value);
  }
  const view = (): readonly FileValue[] => [...values].map(([file, value]) => ({ file, value }));
  for (const [file, { error, line }] of broken)
    warnings.push(`${file}${line === undefined ? '' : `:${line}`} was passed over: ${error}`);
  const edits = new Map<string, TextEdit[]>();
  const puts: Put[] = [];
  for (const wish of wishes) {
    const names = chooseNames(view(), wish);
    if ('error' in names) return names;
    const file = findEntry(view(), 'clusters', names.cluster)?.file ?? texts[0]?.file ?? '';
    const value = values.get(file);
    if (value === undefined) return { ...(broken.get(file) ?? { error: 'it cannot be read' }), file, hints: [REPAIR] };
    const put = putOne(view(), { file, value }, wish, names);
    if ('error' in put) return put;
    const isCurrent = makeCurrent && wish === wishes.at(-1) && value['current-context'] !== names.context;
    const current: TextEdit[] = isCurrent ? [{ kind: 'set', path: ['current-context'], value: names.context }] : [];
    const all = inOrder([...put.edits, ...current], value);
    edits.set(file, [...(edits.get(file) ?? []), ...all]);
    values.set(file, all.reduce(applied, value));
    puts.push({ names, file, outcome: put.outcome, changes: put.changes });
    const first = view().find(
      (each) => typeof each.value['current-context'] === 'string' && each.value['current-context'] !== '',
    );
    if (makeCurrent && wish === wishes.at(-1) && first !== undefined && first.file !== file)
      warnings.push(`${first.file} is read first, and its current context stays ${String(first.value['current-context'])}`);
  }
  const files: { file: string; before: string | undefined; after: string }[] = [];
  for (const [file, changes] of edits) {
    const before = texts.find((each) => each.file === file)?.text;
    const edited = editText(before ?? '', changes);
    if ('error' in edited) return { ...edited, file, hints: ['nothing was changed'] };
    if (edited.text !== (before ?? '')) files.push({ file, before, after: edited.text });
  }
  return { puts, files, warnings };
}

const REPAIR = 'repair it, or name another file with --kubeconfig';

interface OnePut {
  readonly edits: readonly TextEdit[];
  readonly outcome: Put['outcome'];
  readonly changes: readonly string[];
}

function putOne(view: readonly FileValue[], at: FileValue, wish: ContextWish, names: Names): OnePut | PutRefusal {
  const edits: TextEdit[] = [];
  const changes: string[] = [];
  let isNew = false;
  const bodies: readonly (readonly [ListName, string, JsonMap])[] = [
    ['clusters', names.cluster, clusterBody(wish.cluster, wish.proxyUrl)],
    ['contexts', names.context, { cluster: names.cluster, user: names.user }],
    ['users', names.user, { exec: wish.exec }],
  ];
  for (const [list, name, body] of bodies) {
    const there = findEntry(view, list, name);
    const what = LISTS[list];
    if (there === undefined) {
      isNew ||= list === 'contexts';
      edits.push({ kind: 'append', path: [list], values: [list === 'users' ? { name, [what]: body } : { [what]: body, name }] });
      continue;
    }
    const isLogin = list !== 'users' || tokenCommandOf(there.body) !== undefined;
    const needed = editsOf([list, there.index, what], isLogin ? there.body : {}, body);
    if (needed.length > 0 && there.file !== at.file) {
      return {
        error: `the ${what} entry ${name} stands in ${there.file} too, which is read before ${at.file}`,
        hints: [`--kubeconfig ${there.file} changes it there; --alias and --user-alias give other names`],
      };
    }
    if (list === 'clusters' && wish.handedOver && !wish.replace && needed.some(({ path }) => path.at(-1) !== 'proxy-url')) {
      return {
        error: `the cluster entry ${name} in ${there.file} has another endpoint or certificate`,
        hints: ['contexts that use it would send their tokens to the new one: --replace if that is right'],
      };
    }
    edits.push(...needed);
    for (const { path } of needed) changes.push(`${path.slice(3).join('.') || what} of the ${what} entry`);
  }
  return { edits, outcome: isNew ? 'added' : edits.length > 0 ? 'updated' : 'unchanged', changes };
}

function clusterBody({ server, ca }: ClusterFacts, proxyUrl: string | undefined): JsonMap {
  return {
    ...(ca === undefined ? {} : { 'certificate-authority-data': ca }),
    server,
    ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
  };
}

/** What of an entry's body has to change; keys that nobody speaks of stay. */
function editsOf(path: readonly (string | number)[], old: JsonMap, wished: JsonMap): readonly TextEdit[] {
  if (Object.keys(old).length === 0) return [{ kind: 'set', path, value: wished }];
  return Object.entries(wished).flatMap(([key, value]): readonly TextEdit[] => {
    const there = old[key];
    if (key === 'exec' && isJsonMap(value) && isJsonMap(there)) return execEdits([...path, key], there, value);
    const edits: TextEdit[] = sameJson(there, value) ? [] : [{ kind: 'set', path: [...path, key], value }];
    // kubectl refuses an authority beside this flag; that the certificate is looked at again is the safe way round.
    if (key === 'certificate-authority-data' && old['insecure-skip-tls-verify'] === true)
      edits.push({ kind: 'set', path: [...path, 'insecure-skip-tls-verify'], value: false });
    return edits;
  });
}

function execEdits(path: readonly (string | number)[], old: JsonMap, wished: JsonMap): readonly TextEdit[] {
  const env: readonly Json[] = mergedEnv(old.env, wished.env);
  const oldEnv = Array.isArray(old.env) ? old.env : [];
  const { env: _, ...others } = wished;
  return [
    ...Object.entries(others).flatMap(([key, value]): TextEdit[] =>
      sameJson(old[key], value) ? [] : [{ kind: 'set', path: [...path, key], value }],
    ),
    ...(sameJson(oldEnv, env) ? [] : [{ kind: 'set', path: [...path, 'env'], value: env } as const]),
  ];
}

/** In a new file the keys stand as kubectl writes them. */
function inOrder(edits: readonly TextEdit[], value: JsonMap): readonly TextEdit[] {
  if (Object.keys(value).length > 0) return edits;
  const all: readonly TextEdit[] = [
    { kind: 'set', path: ['apiVersion'], value: 'v1' },
    { kind: 'set', path: ['kind'], value: 'Config' },
    { kind: 'set', path: ['preferences'], value: {} },
    ...edits,
  ];
  return [...all].sort((a, b) => (String(a.path[0]) < String(b.path[0]) ? -1 : 1));
}
