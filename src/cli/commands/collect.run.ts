import { disk, folderProblem, writeFolder } from '../../edge/files/index.ts';
import { collectLive, type LiveRequest } from '../collect/live.ts';
import { printCollection } from '../collect/print.ts';
import { makeProgress } from '../collect/progress.ts';
import { fileRequest, isClusterArn, requestOf } from '../collect/request.ts';
import type { Context, Io } from '../context.ts';
import { guarded } from '../error.ts';
import { EXIT, failed, usage } from '../exit.ts';
import { absolute } from '../files.ts';
import { readGrantsFile } from '../grants/file.ts';
import { styleFor } from '../print/style.ts';
import { contextTarget } from '../whoami/target.ts';
import type { CollectFlags } from './collect.ts';

/** Reads what the flags name and writes it as a folder. */
export async function run(this: Context, flags: CollectFlags, file?: string): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    const request = withContexts(file === undefined ? requestOf(flags) : fileRequest(readGrantsFile(file, io), flags), flags, io);
    if (request.accounts.length === 0 && request.clusters.length === 0)
      throw usage(
        'nothing is named that could be read',
        'a grants file, --cluster ACCOUNT/REGION/NAME, --context or --account ID says what',
      );
    const folder = flags.output ?? './inventory';
    const { end, ...listener } = makeProgress(request.accounts.length + request.clusters.length, io);
    const collection = await collectLive(request, io, listener).finally(end);
    write(folder, absolute(folder, io), collection.files);
    io.stdout.write(printCollection(collection, request, folder, styleFor(io)));
    return collection.missing.length === 0 ? EXIT.yes : EXIT.unsettled;
  });
}

/** The contexts that are named, each with the cluster that its entry is called by. Throws a CliError. */
function withContexts(request: LiveRequest, { context = [], kubeconfig }: CollectFlags, io: Io): LiveRequest {
  const contexts = new Map(
    context.map((name) => {
      const found = contextTarget(name, kubeconfig, io);
      const arn = found.target.cluster;
      if (!isClusterArn(arn))
        throw usage(
          `context ${name}: its cluster entry is called ${arn}, which does not say which cluster it is`,
          'causeway kubeconfig and aws eks update-kubeconfig call it by its ARN',
        );
      return [arn, found] as const;
    }),
  );
  return { ...request, clusters: [...new Set([...request.clusters, ...contexts.keys()])], contexts };
}

const MOST_LISTED = 5;

function write(name: string, folder: string, files: Parameters<typeof writeFolder>[1]): void {
  try {
    const done = writeFolder(folder, files, disk, process.pid);
    if (!('inTheWay' in done)) return;
    const more = done.inTheWay.length > MOST_LISTED ? [`and ${done.inTheWay.length - MOST_LISTED} more`] : [];
    throw usage(
      `${name} holds files that collect did not write, where its own are to go: nothing was written`,
      ...done.inTheWay.slice(0, MOST_LISTED),
      ...more,
      '-o names another folder; files that it did not write are never replaced',
    );
  } catch (error) {
    const problem = folderProblem(name, error);
    throw problem === undefined ? error : failed(problem);
  }
}
