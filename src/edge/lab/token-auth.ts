import { collected, type Gap, missing } from '../../base/index.ts';
import { canonicalArn } from '../../rules/arn/index.ts';
import {
  AUTHENTICATION_MODES,
  type AuthenticationMode,
  type Mapping,
  type MappingSource,
  mapIdentity,
  type StsIdentity,
} from '../../rules/eks/index.ts';
import { CLUSTER_HEADER, checkToken, readToken, sha256 } from '../../rules/token/index.ts';
import type { Authenticated, Unauthenticated } from './cluster-seam.ts';
import type { Lab } from './context.ts';
import { cannotJudge } from './state/gaps.ts';
import { clusterScope } from './state/scope.ts';
import { authenticate, type Caller } from './sts/caller.ts';
import { Fault } from './wire/fault.ts';

/** The cluster that a token came to. */
export interface TokenPlace {
  readonly arn: string;
  readonly name: string;
  readonly partition: string;
  readonly region: string;
  /** Origins of the lab's own STS endpoint, which count beside those of AWS. */
  readonly labOrigins: readonly string[];
  /** `data` of aws-auth as it is now. */
  readonly awsAuth: () => Readonly<Record<string, unknown>> | null;
  /** Why it is not known that there is none. */
  readonly awsAuthGap?: () => Gap | undefined;
}

/**
 * Who a bearer token stands for in a cluster: the token's own checks, the lab's STS, then access entries and aws-auth by the
 * authentication mode. What cannot be judged is nobody.
 */
export function authenticateToken(lab: Lab, place: TokenPlace, token: string): Authenticated | Unauthenticated {
  const { partition, region, labOrigins } = place;
  const read = readToken(token);
  const now = 'error' in read ? lab.now() : lab.nowFor(read.signedAt);
  const checked = checkToken(token, { partition, region, now: now.getTime(), labOrigins });
  if ('check' in checked) return { ok: false, reason: checked.error };
  const request = {
    method: 'GET',
    path: '/',
    query: checked.path.slice(checked.path.indexOf('?') + 1),
    headers: [
      ['host', checked.host],
      [CLUSTER_HEADER, place.name],
    ] as const,
    bodyHash: sha256(''),
  };
  try {
    const { caller, service } = authenticate(lab, request);
    if (service !== 'sts') return { ok: false, reason: `the token is signed for ${service}, not for sts` };
    return map(lab, place, caller);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const text = `error from AWS (expected 200, got ${error.status}) on ${checked.region} endpoint: ${error.code}: ${error.message}`;
    return { ok: false, reason: `sts getCallerIdentity failed: ${text}` };
  }
}

function map(lab: Lab, place: TokenPlace, caller: Caller): Authenticated | Unauthenticated {
  const { arn, partition } = place;
  const cluster = lab.view.cluster(arn);
  const document = lab.store.get(clusterScope(arn), 'cluster', arn);
  const canonical = canonicalArn(caller.arn);
  if (cluster === undefined || document === undefined) return { ok: false, reason: `the lab has no cluster ${arn}` };
  if ('error' in canonical) return { ok: false, reason: canonical.error };
  const identity = identityOf(caller);
  const mapping = mapByMode(
    {
      awsAuth: awsAuthOf(place),
      accessEntries: cluster.accessEntries(),
      cluster: arn,
      ...(document.creator === undefined ? {} : { creator: document.creator }),
    },
    cluster.description.state === 'collected' ? cluster.description.value.mode : undefined,
    identity,
  );
  const username = nameOf(mapping);
  if (mapping.result === 'unknown') return { ok: false, reason: `${cannotJudge(mapping.gaps)}; ${mapping.reason}` };
  if (mapping.result !== 'mapped' || username === undefined) return { ok: false, reason: withNotes(mapping) };
  const userId = caller.userId.split(':')[0] ?? '';
  const holder = { clusterPartition: partition, uniqueId: userId, principalArn: caller.session.principal.roleArn ?? caller.arn };
  return {
    ok: true,
    identity,
    user: {
      username,
      uid: `aws-iam-authenticator:${caller.account}:${userId}`,
      groups: mapping.groups,
      extra: {
        arn: [caller.arn],
        canonicalArn: [canonical.arn],
        sessionName: [identity.sessionName ?? ''],
        accessKeyId: [caller.accessKeyId],
        principalId: [userId],
        'sigs.k8s.io/aws-iam-authenticator/principalId': [userId],
      },
      policies: mapping.policies.state === 'collected' ? mapping.policies.value : [],
      gaps: [...mapping.gaps, ...(mapping.policies.state === 'collected' ? [] : [mapping.policies.gap])],
      holder,
    },
  };
}

/** The ConfigMap as it is now; where there is none, whether that is known. */
function awsAuthOf({ awsAuth, awsAuthGap }: TokenPlace): MappingSource['awsAuth'] {
  const data = awsAuth();
  if (data !== null) return collected({ data });
  const gap = awsAuthGap?.();
  return gap === undefined ? collected(null) : missing({ ...gap, state: gap.state === 'refused' ? 'refused' : 'notCollected' });
}

/** A mode that nobody collected matters only where the modes differ. */
function mapByMode(source: Omit<MappingSource, 'mode'>, mode: AuthenticationMode | undefined, identity: StsIdentity): Mapping {
  if (mode !== undefined) return mapIdentity({ ...source, mode }, identity);
  const [first, ...others] = AUTHENTICATION_MODES.map((each) => mapIdentity({ ...source, mode: each }, identity)) as [
    Mapping,
    ...Mapping[],
  ];
  const said = ({ result, username, by, groups }: Mapping): string => JSON.stringify([result, username, by, groups]);
  if (others.every((other) => said(other) === said(first))) return first;
  return { ...first, result: 'unknown', username: null, reason: 'the authentication mode of the cluster was not collected' };
}

/** Notes that are told with a refusal, for the log. */
const MOST_NOTES = 3;

/** Why nobody is mapped, with the near misses: a row that names a session, an entry that the mode passes over. */
function withNotes({ reason, notes }: Mapping): string {
  return [reason, ...notes.slice(0, MOST_NOTES).map(({ text }) => text)].join('; ');
}

/** The hidden creator's name is shown nowhere (facts/eks.md §2.7); it is in system:masters, so the name decides nothing. */
function nameOf({ username, by }: Mapping): string | undefined {
  return username ?? (by === 'creator' ? 'kubernetes-admin' : undefined);
}

function identityOf({ arn, account, accessKeyId, session }: Caller): StsIdentity {
  const { sessionName, roleArn, uniqueId } = session.principal;
  return {
    arn,
    account,
    accessKeyId,
    ...(sessionName === undefined ? {} : { sessionName }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
    ...(session.createDate === undefined ? {} : { createDate: session.createDate }),
  };
}
