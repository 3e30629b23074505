import { type AwsAuthRowResource, ROWS_ANNOTATION, readRowTags, writeRowTags } from '../../inventory/index.ts';
import { putAwsAuthRow, type RowEdit, readAwsAuth, removeAwsAuthRow } from '../../rules/eks/index.ts';
import type { KubeSend } from '../kube/index.ts';
import { CallFailed } from './failure.ts';
import { isBetween } from './fields.ts';
import { type Hand, readOrNothing } from './hand.ts';

/** The ConfigMap aws-auth as the API server gives it. */
export interface ConfigMap {
  readonly metadata: {
    readonly name?: string;
    readonly resourceVersion?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** Annotation: what of the ConfigMap there was not before Causeway: `ConfigMap`, or keys of its data. It goes with our last row. */
export const MADE_ANNOTATION = 'causeway/made';

export const CONFIG_MAPS = '/api/v1/namespaces/kube-system/configmaps';
const AWS_AUTH = `${CONFIG_MAPS}/aws-auth`;

/** What the hand of one cluster's aws-auth is made of. */
export interface AwsAuthParts {
  readonly kube: KubeSend;
  /** Called before the first write, with what stands there; absent: nothing does. Throws when it could not be kept. */
  readonly backUp: (before: ConfigMap | undefined) => Promise<void>;
}

/**
 * Rows of aws-auth. The ConfigMap is edited by text, row by row: each write carries the version that it was decided on, so
 * that one of somebody else in between is a conflict, and is decided anew on what then stands there. Writes of one run go
 * one after the other, each on what the one before left.
 */
export function awsAuthHand({ kube, backUp }: AwsAuthParts): Hand<AwsAuthRowResource> {
  const inTurn = turns();
  /** What stands there as far as this run knows; undefined within it: nothing does. */
  let latest: { readonly map: ConfigMap | undefined } | undefined;
  let isKept = false;

  const get = async (): Promise<ConfigMap | undefined> => {
    latest = { map: (await readOrNothing(kube, AWS_AUTH)) as ConfigMap | undefined };
    return latest.map;
  };
  /** Edits the ConfigMap once, if the row still is as it was when it was decided on. */
  const edit = (
    row: AwsAuthRowResource,
    seen: AwsAuthRowResource | undefined,
    change: (text: string) => RowEdit,
    isPut: boolean,
  ) =>
    inTurn(async () => {
      const before = latest === undefined ? await get() : latest.map;
      const there = before === undefined ? undefined : rowOf(before, row);
      const isSame = seen === undefined ? there === undefined : there !== undefined && isBetween(there, seen, seen);
      if (!isSame) {
        latest = undefined;
        throw failed('conflict', 'the row was changed meanwhile');
      }
      if (!isKept) await backUp(before);
      isKept = true;
      try {
        const edited = change(before?.data?.[row.section] ?? '');
        if ('refused' in edited) throw failed('refused', `aws-auth: ${edited.refused}`);
        latest = { map: (await write(kube, before, row, edited.text, isPut)) as ConfigMap | undefined };
      } catch (error) {
        latest = undefined;
        throw error;
      }
    });
  return {
    read: async (row) => {
      const found = await get();
      return found === undefined ? undefined : rowOf(found, row);
    },
    put: (wanted, now) => edit(wanted, now, (text) => putAwsAuthRow(text, wanted), true),
    remove: (now) => edit(now, now, (text) => removeAwsAuthRow(text, now), false),
  };
}

/** The row of an ARN that counts, with its marks. Throws `CallFailed` where what stands there cannot be read for certain. */
function rowOf({ data = {}, metadata }: ConfigMap, wanted: AwsAuthRowResource): AwsAuthRowResource | undefined {
  const { section, arn } = wanted;
  const auth = readAwsAuth(data);
  if (auth.unjudged.includes(section)) {
    const why = auth.problems.find((problem) => problem.section === section)?.text ?? `${section} cannot be judged`;
    throw failed('refused', `aws-auth: ${why}`);
  }
  const marks = readRowTags(metadata.annotations);
  if (marks === undefined) throw failed('refused', `aws-auth: the annotation ${ROWS_ANNOTATION} cannot be read`);
  const rows = section === 'mapRoles' ? auth.roles : auth.users;
  const row = rows.findLast((each) => each.sso === undefined && each.arn.toLowerCase() === arn.toLowerCase());
  if (row === undefined) return undefined;
  return { ...wanted, username: row.username, groups: row.groups, tags: marks[arn] ?? {} };
}

async function write(
  kube: KubeSend,
  before: ConfigMap | undefined,
  { section, arn, tags }: AwsAuthRowResource,
  text: string,
  isPut: boolean,
): Promise<unknown> {
  const marks = { ...(readRowTags(before?.metadata.annotations) ?? {}) };
  delete marks[arn];
  const rows = writeRowTags(isPut ? { ...marks, [arn]: tags } : marks) ?? null;
  if (before === undefined) {
    if (!isPut) return undefined;
    const metadata = {
      name: 'aws-auth',
      namespace: 'kube-system',
      annotations: { [ROWS_ANNOTATION]: rows, [MADE_ANNOTATION]: 'ConfigMap' },
    };
    return kube({
      method: 'POST',
      path: CONFIG_MAPS,
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [section]: text } },
    });
  }
  const { resourceVersion, uid, annotations = {} } = before.metadata;
  const made = new Set((annotations[MADE_ANNOTATION] ?? '').split(',').filter((word) => word !== ''));
  if (before.data?.[section] === undefined && isPut) made.add(section);
  const data: Record<string, string | null> = { [section]: text };
  if (rows === null) {
    const after = { ...before.data, [section]: text };
    const isOurs = (key: string): boolean => (made.has('ConfigMap') || made.has(key)) && after[key] === '';
    if (made.has('ConfigMap') && Object.keys(after).every(isOurs)) {
      const preconditions = { resourceVersion, uid };
      await kube({ method: 'DELETE', path: AWS_AUTH, body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions } });
      return undefined;
    }
    for (const key of Object.keys(after).filter(isOurs)) data[key] = null;
  }
  const word = rows === null || made.size === 0 ? undefined : [...made].join();
  const { [ROWS_ANNOTATION]: _rows, [MADE_ANNOTATION]: _made, ...others } = annotations;
  const after = {
    ...others,
    ...(rows === null ? {} : { [ROWS_ANNOTATION]: rows }),
    ...(word === undefined ? {} : { [MADE_ANNOTATION]: word }),
  };
  const gone = Object.keys(annotations).filter((key) => !Object.hasOwn(after, key));
  const marked = Object.keys(after).length === 0 ? null : { ...after, ...Object.fromEntries(gone.map((key) => [key, null])) };
  return kube({ method: 'PATCH', path: AWS_AUTH, body: { metadata: { resourceVersion, annotations: marked }, data } });
}

function failed(kind: 'refused' | 'conflict', message: string): CallFailed {
  return new CallFailed({ kind, code: kind, message }, 'aws-auth');
}

/** Runs one after the other. */
function turns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const mine = last.then(run, run);
    last = mine.catch(() => {});
    return mine;
  };
}
