import { type AuthenticationMode, isAuthenticationMode } from '../../../rules/eks/index.ts';
import type { Keys } from '../authorise.ts';
import { type Fields, isFields } from '../fields.ts';
import { notPlayed } from '../wire/fault.ts';
import { type EksCall, invalidParameter, requestTagKeys, tagsOf, textOf, textsOf } from './call.ts';

/** What a call of CreateCluster asks for, checked. */
export interface ClusterRequest {
  readonly name: string;
  readonly roleArn: string;
  readonly version: string | undefined;
  readonly mode: AuthenticationMode;
  /** Whether the creator becomes an administrator. */
  readonly bootstrap: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly token: string | undefined;
  /** Parts of the description that are as they were asked for. */
  readonly described: Readonly<Record<string, unknown>>;
  /** Condition keys of the call. */
  readonly keys: Keys;
}

/** Parts of a cluster that the lab has nothing for; a call that wants one is not answered as if it had it. */
const NOT_PLAYED = [
  'encryptionConfig',
  'outpostConfig',
  'remoteNetworkConfig',
  'computeConfig',
  'storageConfig',
  'zonalShiftConfig',
  'controlPlaneScalingConfig',
];

/** Reads the body of CreateCluster; throws InvalidParameterException (EKS API reference; facts/eks.md §2.5, §2.7). */
export function readClusterRequest(call: EksCall): ClusterRequest {
  const name = textOf(call, 'name') ?? '';
  if (!/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name)) {
    throw invalidParameter(
      'The cluster name must be 1 to 100 characters, begin with a letter or digit, and hold letters, digits, - and _ alone.',
    );
  }
  const version = textOf(call, 'version');
  if (version !== undefined && !/^1\.(2[3-9]|3\d)$/.test(version)) throw invalidParameter('unsupported Kubernetes version');
  const mode = readMode(partOf(call, 'accessConfig')['authenticationMode']);
  const bootstrap = flag(partOf(call, 'accessConfig')['bootstrapClusterCreatorAdminPermissions'], true);
  if (mode === 'CONFIG_MAP' && !bootstrap) {
    throw invalidParameter(
      'bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP',
    );
  }
  const vpc = readVpc(partOf(call, 'resourcesVpcConfig'));
  const missing = NOT_PLAYED.find((part) => isAsked(call.body[part]));
  if (missing !== undefined) throw notPlayed(`${missing} of eks:CreateCluster`);
  if (call.body['deletionProtection'] === true) throw notPlayed('deletionProtection of eks:CreateCluster');
  const network = partOf(call, 'kubernetesNetworkConfig');
  const tags = tagsOf(call);
  return {
    ...{ name, version, mode, bootstrap, tags },
    roleArn: textOf(call, 'roleArn') ?? '',
    token: textOf(call, 'clientRequestToken'),
    described: {
      resourcesVpcConfig: vpc,
      kubernetesNetworkConfig: {
        serviceIpv4Cidr: network['serviceIpv4Cidr'] ?? '172.20.0.0/16',
        ipFamily: network['ipFamily'] ?? 'ipv4',
        elasticLoadBalancing: { enabled: false },
      },
      logging: loggingOf(partOf(call, 'logging')['clusterLogging']),
      upgradePolicy: { supportType: partOf(call, 'upgradePolicy')['supportType'] ?? 'EXTENDED' },
    },
    keys: {
      'eks:authenticationMode': mode,
      'eks:bootstrapClusterCreatorAdminPermissions': String(bootstrap),
      'eks:endpointPublicAccess': String(vpc.endpointPublicAccess),
      'eks:endpointPrivateAccess': String(vpc.endpointPrivateAccess),
      'eks:kubernetesVersion': version,
      ...requestTagKeys(tags),
    },
  };
}

function readVpc(part: Fields) {
  const subnetIds = textsOf({ body: part }, 'subnetIds') ?? [];
  // The lab has no network: it takes any names of subnets, as many as two zones need.
  if (subnetIds.length < 2) throw invalidParameter('Subnets specified must be in at least two different AZs');
  const [endpointPublicAccess, endpointPrivateAccess] = [
    flag(part['endpointPublicAccess'], true),
    flag(part['endpointPrivateAccess'], false),
  ];
  if (!endpointPublicAccess && !endpointPrivateAccess)
    throw invalidParameter('Private and public endpoint access cannot be false');
  const cidrs = textsOf({ body: part }, 'publicAccessCidrs') ?? [];
  return {
    subnetIds,
    securityGroupIds: textsOf({ body: part }, 'securityGroupIds') ?? [],
    endpointPublicAccess,
    endpointPrivateAccess,
    publicAccessCidrs: endpointPublicAccess && cidrs.length === 0 ? ['0.0.0.0/0'] : cidrs,
  };
}

/** CONFIG_MAP when none is given (facts/eks.md §2.5). */
function readMode(value: unknown): AuthenticationMode {
  const mode = value ?? 'CONFIG_MAP';
  if (typeof mode === 'string' && isAuthenticationMode(mode)) return mode;
  throw invalidParameter(`Invalid authentication mode ${String(mode)}`);
}

const LOGS = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** Which logs are on; the lab keeps none but its own (`causeway lab log`). */
function loggingOf(asked: unknown): unknown {
  const on = (Array.isArray(asked) ? asked : [])
    .flatMap((one: { readonly enabled?: unknown; readonly types?: unknown }) => (one.enabled === true ? [one.types] : []))
    .flat()
    .filter((type): type is string => typeof type === 'string' && LOGS.includes(type));
  const setup = (types: readonly string[], enabled: boolean) => (types.length === 0 ? [] : [{ types, enabled }]);
  return {
    clusterLogging: [
      ...setup(on, true),
      ...setup(
        LOGS.filter((type) => !on.includes(type)),
        false,
      ),
    ],
  };
}

function isAsked(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  // Terraform says that automatic mode is off.
  return typeof value !== 'object' || Object.values(value).some((inner) => inner !== false && isAsked(inner));
}

function partOf({ body }: EksCall, name: string): Fields {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (value === undefined || value === null) return {};
  if (isFields(value)) return value;
  throw invalidParameter(`${name} must be an object`);
}

function flag(value: unknown, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'boolean') return value;
  throw invalidParameter('true or false is expected');
}
