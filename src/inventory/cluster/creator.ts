import { type Collected, collected, missing } from '../../base/index.ts';
import { type ClusterPlace, gapOf, type Wanted } from '../gaps.ts';
import type { Marks } from '../marks.ts';
import type { ClusterFiles } from '../route.ts';
import { parseSource } from '../text/parse.ts';
import { each, flatten, type Place, rootOf, under } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { asText, describeValue, type Fields, isFields } from '../text/values.ts';

/**
 * Who made the cluster: the answer of `aws cloudtrail lookup-events` for CreateCluster, or `{"principalArn": …}` as
 * somebody wrote it down (CloudTrail's event history ends after 90 days). Of a session, the role counts (EKS API,
 * CreateAccessConfigRequest).
 */
export function readCreator(cluster: ClusterPlace, files: ClusterFiles, marks: Marks, report: Report): Collected<string> {
  let failure = marks.refusal(`${files.folder}/creator.json`);
  for (const source of files.creator) {
    const content = parseSource(source, report);
    if (content.failure !== undefined) {
      failure = content.failure;
      continue;
    }
    const pages = content.documents.flatMap((document) => flatten(rootOf(document)));
    for (const page of pages) {
      const arn = creatorOf(page, cluster);
      if (arn !== undefined) return collected(arn);
    }
    const why = `the CreateCluster event of ${cluster.name} (aws cloudtrail lookup-events) or {"principalArn": …} is expected`;
    report.add({ code: 'wrong-kind', message: `${why}; this is ${describeValue(pages[0]?.value)}`, file: source.path });
    failure = { state: 'notCollected', why };
  }
  return missing(gapOf(wanted(cluster), failure));
}

function wanted(cluster: ClusterPlace): Wanted {
  const command = `aws cloudtrail lookup-events --region ${cluster.region} --lookup-attributes AttributeKey=EventName,AttributeValue=CreateCluster`;
  return { id: `creator:${cluster.arn}`, what: `who created cluster ${cluster.name}`, side: cluster.arn, command };
}

function creatorOf(page: Place, cluster: ClusterPlace): string | undefined {
  const fields: Fields = isFields(page.value) ? page.value : {};
  const told = asText(fields.principalArn);
  if (told !== undefined) return told;
  for (const event of each(under(page, 'Events'))) {
    const text = isFields(event.value) ? asText(event.value.CloudTrailEvent) : undefined;
    const arn = text === undefined ? undefined : fromEvent(text, cluster);
    if (arn !== undefined) return arn;
  }
  return undefined;
}

function fromEvent(text: string, cluster: ClusterPlace): string | undefined {
  const event = parsed(text);
  const account = cluster.arn.split(':')[4];
  const request = isFields(event.requestParameters) ? event.requestParameters : {};
  const isThis =
    event.eventName === 'CreateCluster' &&
    event.errorCode === undefined &&
    request.name === cluster.name &&
    event.awsRegion === cluster.region &&
    event.recipientAccountId === account;
  if (!isThis || !isFields(event.userIdentity)) return undefined;
  const session = isFields(event.userIdentity.sessionContext) ? event.userIdentity.sessionContext : {};
  const issuer = isFields(session.sessionIssuer) ? session.sessionIssuer : {};
  return event.userIdentity.type === 'AssumedRole' ? asText(issuer.arn) : asText(event.userIdentity.arn);
}

function parsed(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
