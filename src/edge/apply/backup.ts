import { createHash } from 'node:crypto';
import { parseArn } from '../../rules/arn/index.ts';
import type { KubeSend } from '../kube/index.ts';
import { CONFIG_MAPS } from './aws-auth-hand.ts';
import { CallFailed } from './failure.ts';
import type { ApplyEvent } from './types.ts';

/** Label of a backup in a cluster; its value says of what. */
export const BACKUP_LABEL = 'causeway/backup';

/** Annotation of a backup: when it was made. */
export const TAKEN_ANNOTATION = 'causeway/taken';

/** Key of a backup's data: the thing as JSON. */
export const BACKUP_KEY = 'before.json';

/** Something as it stood before the first write. */
export interface Backup {
  readonly what: 'aws-auth' | 'access-entry';
  readonly clusterArn: string;
  /** Plain JSON. */
  readonly object: object;
}

/** Where backups go. */
export interface BackupPlaces {
  /** Writes to a file of the state folder and gives its path; throws where that cannot be. */
  readonly keep: (name: string, text: string) => string;
  readonly now: () => Date;
  readonly onEvent: (event: ApplyEvent) => void;
}

/**
 * Keeps a backup on the disk and in the cluster, under a name of its content, so that the same thing is kept once; one
 * that stood there before gets the time of now, so that the newest is always what stood before the last write. The disk
 * is enough where the cluster does not take it, and the cluster where there is no disk; with neither nothing is written
 * over. Throws `CallFailed` then.
 */
export async function backUp(backup: Backup, kube: KubeSend, { keep, now, onEvent }: BackupPlaces): Promise<void> {
  const text = `${JSON.stringify({ clusterArn: backup.clusterArn, ...backup.object }, null, 2)}\n`;
  const name = `${backup.what}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  const where: string[] = [];
  const problems: string[] = [];
  try {
    const { account = '', region = '' } = parseArn(backup.clusterArn) ?? {};
    const cluster = backup.clusterArn.slice(backup.clusterArn.lastIndexOf('/') + 1);
    where.push(keep(`${account}/${region}/${cluster}/${name}.json`, text));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  try {
    const metadata = {
      name: `causeway-backup-${name}`,
      namespace: 'kube-system',
      labels: { [BACKUP_LABEL]: backup.what },
      annotations: { [TAKEN_ANNOTATION]: now().toISOString() },
    };
    await kube({
      method: 'POST',
      path: CONFIG_MAPS,
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [BACKUP_KEY]: text } },
    });
    where.push(`ConfigMap kube-system/${metadata.name}`);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    if (error.failure.kind === 'exists') {
      await renew(kube, `causeway-backup-${name}`, now());
      where.push(`ConfigMap kube-system/causeway-backup-${name}`);
    } else problems.push(error.failure.message);
  }
  if (where.length === 0) {
    const message = `no backup could be kept, so nothing was written: ${problems.join('; ')}`;
    throw new CallFailed({ kind: 'refused', code: 'NoBackup', message }, backup.what);
  }
  onEvent({ kind: 'backup', what: `${backup.what} of ${backup.clusterArn}`, where });
}

/** Without the right to it the text is kept all the same; then --list shows the time of before. */
async function renew(kube: KubeSend, name: string, now: Date): Promise<void> {
  try {
    const metadata = { annotations: { [TAKEN_ANNOTATION]: now.toISOString() } };
    await kube({ method: 'PATCH', path: `${CONFIG_MAPS}/${name}`, body: { metadata } });
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
  }
}
