import { parseArn, partitionOfRegion } from '../../rules/arn/index.ts';
import type { ClusterPlace } from '../gaps.ts';
import { once } from '../lazy.ts';
import type { Marks } from '../marks.ts';
import type { Cluster } from '../model.ts';
import type { ClusterFiles } from '../route.ts';
import type { Report } from '../text/report.ts';
import { asText, isFields } from '../text/values.ts';
import { readAccessEntries } from './access-entries.ts';
import { readCreator } from './creator.ts';
import { type Described, makeDescription, readDescribed } from './description.ts';
import { type KubernetesContext, readAwsAuth, readDump, readNamespaces, readRbac } from './kubernetes.ts';

/** One cluster from its files. Undefined when neither a file nor the region's name tells which partition it is in. */
export function makeCluster(files: ClusterFiles, marks: Marks, report: Report): Cluster | undefined {
  const described = readDescribed(files, marks, report);
  const arn = arnOf(files, described, report);
  const parts = arn === undefined ? undefined : parseArn(arn);
  if (arn === undefined || parts === undefined) return undefined;
  const name = parts.resource.slice(parts.resource.indexOf('/') + 1);
  const place: ClusterPlace = { arn, name, region: parts.region };
  const context: KubernetesContext = { cluster: place, files, marks, report, dump: once(() => readDump(files, marks, report)) };
  return Object.freeze({
    arn,
    name,
    account: parts.account,
    region: parts.region,
    partition: parts.partition,
    description: makeDescription(place, described),
    accessEntries: once(() => readAccessEntries(place, files, marks, report)),
    awsAuth: once(() => readAwsAuth(context)),
    creator: once(() => readCreator(place, files, marks, report)),
    rbac: once(() => readRbac(context)),
    namespaces: once(() => readNamespaces(context)),
  });
}

/** The ARN that cluster.json tells; the folder's names only where there is no such file. */
function arnOf(files: ClusterFiles, described: Described, report: Report): string | undefined {
  const fields = described.place?.value;
  const file = files.description[0]?.path ?? files.folder;
  const told = isFields(fields) ? asText(fields.arn) : undefined;
  if (told !== undefined) {
    const expected = `:${files.region}:${files.account}:cluster/${files.name}`;
    if (!told.endsWith(expected)) {
      const message = `${told} is not the cluster whose folder this is (${files.account}/${files.region}/${files.name}); the ARN counts`;
      report.add({ code: 'folder-mismatch', message, file });
    }
    return told;
  }
  const partition = partitionOfRegion(files.region);
  if (partition !== undefined) return `arn:${partition}:eks:${files.region}:${files.account}:cluster/${files.name}`;
  const message = `"${files.region}" is no region of a known partition and there is no cluster.json that tells the cluster's ARN`;
  report.add({ code: 'folder-mismatch', message, file });
  return undefined;
}
