import { readAwsAuth } from '../../rules/eks/index.ts';
import type { Admins } from './admins.ts';
import { CONFIG_MAPS, type ConfigMap } from './aws-auth-hand.ts';
import { BACKUP_KEY, BACKUP_LABEL, TAKEN_ANNOTATION } from './backup.ts';
import type { SharedEntry } from './eks-hands.ts';
import { CallFailed } from './failure.ts';
import { readOrNothing } from './hand.ts';

/** A backup in a cluster. */
export interface KeptBackup {
  /** `causeway-backup-aws-auth-0123456789ab`. */
  readonly name: string;
  readonly what: string;
  /** As the clock of whoever made it said it, RFC 3339. */
  readonly taken: string;
  /** What was kept, as JSON text. */
  readonly text: string;
  /** Not out of the cluster itself, and taken although it may not say of which cluster it is. */
  readonly mayBeUnnamed?: boolean;
}

/** What a restore would bring back, beside what is there now. */
export interface Restore {
  readonly backup: KeptBackup;
  /** As lines for a person: what is there now and what was there. */
  readonly now: string;
  readonly before: string;
  /** Who is let in by it as something that nobody is now, a line each. */
  readonly gains: readonly string[];
  /** Brings it back, if what is there still is what was shown; false when it is not. Throws `CallFailed`. */
  readonly run: () => Promise<boolean>;
}

/** The backups that a cluster keeps, newest first. Throws `CallFailed`. */
export async function listBackups(admins: Admins, clusterArn: string): Promise<readonly KeptBackup[]> {
  const path = `${CONFIG_MAPS}?labelSelector=${encodeURIComponent(BACKUP_LABEL)}`;
  const { items = [] } = (await admins.kube(clusterArn)({ method: 'GET', path })) as { readonly items?: readonly ConfigMap[] };
  return items
    .map(({ metadata, data }) => ({
      name: metadata.name ?? '',
      what: metadata.labels?.[BACKUP_LABEL] ?? '',
      taken: metadata.annotations?.[TAKEN_ANNOTATION] ?? '',
      text: data?.[BACKUP_KEY] ?? '',
    }))
    .sort((a, b) => (a.taken < b.taken ? 1 : -1));
}

/** Takes all backups out of a cluster; gives their names. Throws `CallFailed`. */
export async function purgeBackups(admins: Admins, clusterArn: string): Promise<readonly string[]> {
  const names = (await listBackups(admins, clusterArn)).map(({ name }) => name);
  const kube = admins.kube(clusterArn);
  for (const name of names) {
    try {
      await kube({ method: 'DELETE', path: `${CONFIG_MAPS}/${name}` });
    } catch (error) {
      if (!(error instanceof CallFailed && error.failure.kind === 'absent')) throw error;
    }
  }
  return names;
}

/**
 * Prepares bringing a backup back; the reason where it is no backup that can be read, or one of another
 * cluster. Throws `CallFailed`.
 */
export async function prepareRestore(
  admins: Admins,
  clusterArn: string,
  backup: KeptBackup,
): Promise<Restore | { readonly refused: string }> {
  const fields = readKept(backup.text);
  if (fields === undefined || !isShaped(backup.what, fields)) return { refused: `${backup.name} is no backup that can be read` };
  const of = clusterOf(fields);
  if (of !== undefined && of !== clusterArn)
    return { refused: `${backup.name} is a backup of ${of}, and --cluster is ${clusterArn}: nothing was written` };
  if (of === undefined && backup.mayBeUnnamed === false)
    return {
      refused: `${backup.name} does not say of which cluster it is, and --cluster is ${clusterArn}: --unnamed takes it all the same`,
    };
  const kept: unknown = fields;
  if (backup.what === 'aws-auth') return restoreAwsAuth(admins, clusterArn, backup, kept as ConfigMap);
  if (backup.what === 'access-entry') return restoreEntry(admins, clusterArn, backup, kept as SharedEntry);
  return { refused: `${backup.name} is of "${backup.what}", which this version does not know` };
}

function readKept(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    return isFields(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** A file may come from anywhere: what is no ConfigMap and no entry is not written. */
function isShaped(what: string, kept: Readonly<Record<string, unknown>>): boolean {
  if (what === 'aws-auth') {
    const { data = {}, metadata } = kept;
    return isFields(metadata) && isFields(data) && Object.values(data).every((text) => typeof text === 'string');
  }
  return what !== 'access-entry' || (isFields(kept['entry']) && Array.isArray(kept['policies']));
}

/** The cluster that a backup says it is of; of an entry its own ARN says it, too (`…:access-entry/CLUSTER/…`). */
function clusterOf(kept: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof kept['clusterArn'] === 'string') return kept['clusterArn'];
  const arn = isFields(kept['entry']) ? kept['entry']['arn'] : undefined;
  const [, head, name] =
    typeof arn === 'string' ? (/^(arn:[\w-]+:eks:[\w-]+:\d{12}):access-entry\/([^/]+)\//.exec(arn) ?? []) : [];
  return head === undefined ? undefined : `${head}:cluster/${name}`;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const AWS_AUTH = `${CONFIG_MAPS}/aws-auth`;

async function restoreAwsAuth(admins: Admins, clusterArn: string, backup: KeptBackup, kept: ConfigMap): Promise<Restore> {
  const kube = admins.kube(clusterArn);
  const now = (await readOrNothing(kube, AWS_AUTH)) as ConfigMap | undefined;
  const [before, there] = [kept.data ?? {}, now?.data ?? {}];
  const marks = ownMarks(kept);
  return {
    backup,
    now: textOf(there, ownMarks(now)),
    before: textOf(before, marks),
    gains: gainsOf(there, before),
    run: () =>
      unlessChanged(async () => {
        if (now === undefined) {
          const metadata = { name: 'aws-auth', namespace: 'kube-system', ...(marks === undefined ? {} : { annotations: marks }) };
          await kube({
            method: 'POST',
            path: CONFIG_MAPS,
            body: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: before },
          });
          return;
        }
        const gone = Object.keys(there).filter((key) => !Object.hasOwn(before, key));
        const data = { ...before, ...Object.fromEntries(gone.map((key) => [key, null])) };
        const stale = Object.keys(ownMarks(now) ?? {}).filter((key) => marks?.[key] === undefined);
        const annotations = { ...marks, ...Object.fromEntries(stale.map((key) => [key, null])) };
        const { resourceVersion } = now.metadata;
        await kube({ method: 'PATCH', path: AWS_AUTH, body: { metadata: { resourceVersion, annotations }, data } });
      }),
  };
}

/** Annotations of Causeway; those of others are not what a backup brings back. */
function ownMarks(configMap: ConfigMap | undefined): Readonly<Record<string, string>> | undefined {
  const own = Object.entries(configMap?.metadata.annotations ?? {}).filter(([key]) => key.startsWith('causeway/'));
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

function textOf(data: Readonly<Record<string, string>>, marks: Readonly<Record<string, string>> | undefined): string {
  const parts = Object.entries(data).map(([key, text]) => `${key}: |\n${text.replace(/^(?=.)/gm, '  ').trimEnd()}\n`);
  const own = Object.entries(marks ?? {}).map(([key, text]) => `# ${key}: ${text}\n`);
  return [...parts, ...own].join('');
}

async function restoreEntry(
  admins: Admins,
  clusterArn: string,
  backup: KeptBackup,
  { entry, policies }: SharedEntry,
): Promise<Restore> {
  const eks = admins.eks(clusterArn);
  const { principalArn } = entry;
  const look = async (): Promise<SharedEntry | undefined> => {
    const there = await eks.readEntry(principalArn);
    return there === undefined ? undefined : { entry: there, policies: (await eks.readAssociations(principalArn)) ?? [] };
  };
  const now = await look();
  return {
    backup,
    now: entryText(now),
    before: entryText({ entry, policies }),
    gains: entryGains(now, { entry, policies }),
    run: async () => {
      // EKS has no precondition: the best there is is to look again right before.
      if (entryText(await look()) !== entryText(now)) return false;
      const { username, groups, tags } = entry;
      if (now === undefined) await eks.createEntry({ principalArn, username, groups, tags }, backup.name);
      else {
        await eks.updateEntry(principalArn, username, groups);
        const stale = Object.keys(now.entry.tags).filter((key) => key.startsWith('causeway:') && tags[key] === undefined);
        if (stale.length > 0) await eks.untag(now.entry.arn, stale);
        for (const { policyArn } of now.policies)
          if (!policies.some((policy) => policy.policyArn === policyArn)) await eks.disassociate(principalArn, policyArn);
      }
      for (const policy of policies) await eks.associate(principalArn, policy);
      return true;
    },
  };
}

/** Rows that a text has and the one that is there has not; a section that cannot be read for certain is said as such. */
function gainsOf(there: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): readonly string[] {
  const rowsOf = (data: Readonly<Record<string, string>>): readonly string[] => {
    const { roles, users, unjudged } = readAwsAuth(data);
    const rows = [...roles, ...users].map(
      ({ arn, username, groups }) => `${arn} as ${username}, in ${groups.join(', ') || 'no group'}`,
    );
    return [...rows, ...unjudged.map((section) => `whoever ${section} lets in, which cannot be read for certain`)];
  };
  const now = new Set(rowsOf(there).filter((row) => !row.startsWith('whoever ')));
  const accounts = before['mapAccounts'] !== undefined && before['mapAccounts'] !== there['mapAccounts'];
  return [...rowsOf(before).filter((row) => !now.has(row)), ...(accounts ? ['the accounts in mapAccounts'] : [])];
}

function entryGains(now: SharedEntry | undefined, { entry, policies }: SharedEntry): readonly string[] {
  const { principalArn, username, groups } = entry;
  const has = new Set([...(now?.entry.groups ?? []), ...(now?.policies ?? []).map(scopeText)]);
  const more = [...groups.filter((group) => !has.has(group)), ...policies.map(scopeText).filter((policy) => !has.has(policy))];
  if (now !== undefined && now.entry.username === username && more.length === 0) return [];
  return [`${principalArn} as ${username}, with ${more.join(', ') || 'no group and no policy more'}`];
}

function scopeText({ policyArn, namespaces }: SharedEntry['policies'][number]): string {
  return `${policyArn} (${namespaces.join(' ') || 'the whole cluster'})`;
}

function entryText(shared: SharedEntry | undefined): string {
  if (shared === undefined) return '';
  const { entry, policies } = shared;
  return [
    `principal: ${entry.principalArn}`,
    `username: ${entry.username}`,
    ...[...entry.groups].sort().map((group) => `group: ${group}`),
    ...policies.map(({ policyArn, namespaces }) => `policy: ${policyArn} ${namespaces.join(' ') || 'the whole cluster'}`).sort(),
    ...Object.entries(entry.tags)
      .map(([key, value]) => `tag: ${key}=${value}`)
      .sort(),
    '',
  ].join('\n');
}

async function unlessChanged(run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof CallFailed && (error.failure.kind === 'conflict' || error.failure.kind === 'exists')) return false;
    throw error;
  }
}
