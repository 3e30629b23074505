import { type Collected, collected, missing } from '../../base/index.ts';
import { type AuthenticationMode, isAuthenticationMode } from '../../rules/eks/index.ts';
import { type ClusterPlace, eksWanted, gapOf } from '../gaps.ts';
import type { Marks } from '../marks.ts';
import type { ClusterDescription } from '../model.ts';
import type { ClusterFiles } from '../route.ts';
import type { Failure } from '../text/failure.ts';
import { parseSource } from '../text/parse.ts';
import { flatten, originOf, type Place, rootOf, under } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { asText, asTextMap, asTexts, describeValue, type Fields, isFields } from '../text/values.ts';

/** The answer of DescribeCluster as a place, or why there is none. */
export interface Described {
  readonly place?: Place;
  readonly failure?: Failure;
}

/** Finds `cluster` in `cluster.json` (or the cluster itself, as `--query cluster` gives it). */
export function readDescribed(files: ClusterFiles, marks: Marks, report: Report): Described {
  let failure = marks.refusal(`${files.folder}/cluster.json`);
  for (const source of files.description) {
    const content = parseSource(source, report);
    if (content.failure !== undefined) {
      failure = content.failure;
      continue;
    }
    const pages = content.documents.flatMap((document) => flatten(rootOf(document)));
    for (const page of pages) {
      const place = isFields(page.value) && isFields(page.value.cluster) ? under(page, 'cluster') : page;
      if (isFields(place.value) && asText(place.value.arn)?.includes(':cluster/')) return { place };
    }
    const why = `the answer of aws eks describe-cluster is expected; this is ${describeValue(pages[0]?.value)}`;
    report.add({ code: 'wrong-kind', message: why, file: source.path });
    failure = { state: 'notCollected', why };
  }
  return failure === undefined ? {} : { failure };
}

/**
 * What DescribeCluster says. Without accessConfig the mode is not guessed: the API's default differs from the
 * console's (EKS API CreateAccessConfigRequest; facts in docs), and DescribeCluster of today always shows it.
 */
export function makeDescription(cluster: ClusterPlace, described: Described): Collected<ClusterDescription> {
  const { place, failure } = described;
  if (place === undefined || !isFields(place.value)) return missing(gapOf(eksWanted(cluster, 'description'), failure));
  const fields = place.value;
  const mode = readMode(fields);
  if (mode === undefined) return missing(gapOf(eksWanted(cluster, 'mode')));
  const network = isFields(fields.resourcesVpcConfig) ? fields.resourcesVpcConfig : {};
  const oidc = isFields(fields.identity) && isFields(fields.identity.oidc) ? fields.identity.oidc : {};
  const version = asText(fields.version);
  const endpoint = asText(fields.endpoint);
  const issuer = asText(oidc.issuer);
  return collected({
    mode,
    ...(version === undefined ? {} : { version }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(typeof network.endpointPublicAccess === 'boolean' ? { publicAccess: network.endpointPublicAccess } : {}),
    ...(typeof network.endpointPrivateAccess === 'boolean' ? { privateAccess: network.endpointPrivateAccess } : {}),
    publicAccessCidrs: asTexts(network.publicAccessCidrs),
    ...(issuer === undefined ? {} : { issuer }),
    tags: asTextMap(fields.tags),
    origin: originOf(place),
  });
}

function readMode(fields: Fields): AuthenticationMode | undefined {
  const mode = isFields(fields.accessConfig) ? asText(fields.accessConfig.authenticationMode) : undefined;
  return mode !== undefined && isAuthenticationMode(mode) ? mode : undefined;
}
