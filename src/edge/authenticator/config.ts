import { isPartition, PARTITIONS, parseArn } from '../../rules/arn/index.ts';
import type { AwsAuth } from '../../rules/eks/index.ts';
import { type Fault, type Findings, openConfig, type Section } from './config-node.ts';
import { readMappings } from './config-rows.ts';

/** The backends that are served. */
export type BackendMode = 'MountedFile' | 'EKSConfigMap';

/** So many a second, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Everything that a server is told, by file, environment and flags. */
export interface ServerConfig {
  readonly clusterId: string;
  readonly partition: string;
  readonly address: string;
  readonly hostname: string;
  readonly port: number;
  /** Port of plain HTTP /healthz; 0 takes any, undefined none. */
  readonly healthPort: number | undefined;
  readonly stateDir: string;
  readonly generateKubeconfig: string;
  readonly kubeconfigPregenerated: boolean;
  readonly kubeconfig: string;
  readonly master: string;
  readonly backendMode: readonly BackendMode[];
  readonly scrubbedAccounts: readonly string[];
  readonly reservedPrefixes: Readonly<Partial<Record<BackendMode, readonly string[]>>>;
  readonly ssoRoles: boolean;
  /** Rows of the file, for MountedFile. */
  readonly rows: AwsAuth;
  readonly ec2: Ec2Settings;
  readonly own: OwnSettings;
}

/** How EC2 is asked for `{{EC2PrivateDNSName}}`; empty where nothing is set. */
export interface Ec2Settings {
  readonly roleArn: string;
  readonly sourceArn: string;
  readonly rate: Rate;
}

/** The settings that aws-iam-authenticator has not; it reads past them, so one file serves both. */
export interface OwnSettings {
  readonly region: string;
  readonly audiences: readonly string[];
  readonly cacheSeconds: number;
  readonly cacheSize: number;
  readonly stsSeconds: number;
  readonly ec2Seconds: number;
  readonly drainSeconds: number;
  readonly identityRate: Rate;
  readonly refusalRate: Rate;
}

/** What flags and environment say; undefined leaves it to the file. */
export interface Overrides {
  readonly clusterId?: string | undefined;
  readonly partition?: string | undefined;
  readonly address?: string | undefined;
  readonly hostname?: string | undefined;
  readonly port?: number | undefined;
  readonly healthPort?: number | undefined;
  readonly stateDir?: string | undefined;
  readonly generateKubeconfig?: string | undefined;
  readonly kubeconfigPregenerated?: boolean | undefined;
  readonly kubeconfig?: string | undefined;
  readonly master?: string | undefined;
  readonly backendMode?: readonly string[] | undefined;
  readonly ssoRoles?: boolean | undefined;
  readonly cacheSeconds?: number | undefined;
}

/** A configuration that can be served, or all that is wrong with it. */
export type ConfigResult =
  | { readonly config: ServerConfig; readonly warnings: readonly Fault[] }
  | { readonly faults: readonly Fault[] };

/**
 * Reads a server configuration file of aws-iam-authenticator (README "Full Configuration Format", pkg/config/types.go;
 * facts §1.9). Keys may be in any case; flags and environment go over the file; what is unknown is a warning, because the
 * original reads past it. Every fault has its line and column.
 *
 * @example readServerConfig('clusterID: prod\n', 'config.yaml', {})
 */
export function readServerConfig(text: string, file: string, overrides: Overrides): ConfigResult {
  const findings: Findings = { faults: [], warnings: [] };
  const root = openConfig(text, file, findings);
  if (findings.faults.length > 0) return { faults: findings.faults };
  const server = root.section('server');
  const clusterId = overrides.clusterId ?? root.text('clusterID') ?? '';
  if (clusterId === '')
    root.fault('cluster ID cannot be empty (clusterID, -i, KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID)', 'clusterID');
  else if (!/^[!-~]+$/.test(clusterId)) root.fault('clusterID holds what no HTTP header can: it is signed as one', 'clusterID');
  const partition = overrides.partition ?? server.text('partition') ?? 'aws';
  if (!isPartition(partition))
    server.fault(`invalid partition "${partition}" (${Object.keys(PARTITIONS).join(', ')})`, 'partition');
  const ssoRoles = readGates(root, overrides);
  const config: ServerConfig = {
    clusterId,
    partition,
    address: overrides.address ?? server.text('address') ?? '127.0.0.1',
    hostname: overrides.hostname ?? server.text('hostname') ?? 'localhost',
    port: overrides.port ?? server.number('port', 0, 65535) ?? 21362,
    healthPort: overrides.healthPort ?? server.number('healthPort', 0, 65535) ?? 21363,
    stateDir: overrides.stateDir ?? server.text('stateDir') ?? '/var/aws-iam-authenticator',
    generateKubeconfig:
      overrides.generateKubeconfig ??
      server.text('generateKubeconfig') ??
      '/etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml',
    kubeconfigPregenerated: overrides.kubeconfigPregenerated ?? server.flag('kubeconfigPregenerated') ?? false,
    kubeconfig: overrides.kubeconfig ?? server.text('kubeconfig') ?? '',
    master: overrides.master ?? server.text('master') ?? '',
    backendMode: readModes(server, overrides),
    scrubbedAccounts: server.texts('scrubbedAccounts') ?? [],
    reservedPrefixes: readPrefixes(server),
    ssoRoles,
    rows: readMappings(server, { file, ssoRoles, findings }),
    ec2: readEc2(server),
    own: readOwn(root, overrides),
  };
  for (const key of ['dynamicfilepath', 'dynamicfileUserIDStrict', 'dynamicBackendModePath']) {
    const node = server.get(key);
    if (node !== undefined && (server.text(key) ?? '') !== '')
      server.fault(`${key} belongs to the backend DynamicFile, which is not served here`, node);
  }
  root.get('defaultRole');
  root.warnUnread('');
  server.warnUnread('server.');
  return findings.faults.length > 0 ? { faults: findings.faults } : { config, warnings: findings.warnings };
}

const OLD_NAMES: Readonly<Record<string, BackendMode>> = { File: 'MountedFile', ConfigMap: 'EKSConfigMap' };

/** Order counts: the first backend that knows a caller decides (facts §1.10). */
function readModes(server: Section, { backendMode }: Overrides): readonly BackendMode[] {
  const node = server.get('backendMode');
  const given = backendMode ?? (node === undefined ? undefined : (server.texts('backendMode') ?? [])) ?? ['MountedFile'];
  const modes: BackendMode[] = [];
  for (const name of given) {
    const mode = OLD_NAMES[name] ?? name;
    if (mode === 'MountedFile' || mode === 'EKSConfigMap') modes.push(mode);
    else if (mode === 'CRD' || mode === 'DynamicFile') {
      server.fault(`backend-mode "${mode}" is not served here: use MountedFile, EKSConfigMap or both`, node);
    } else server.fault(`backend-mode "${name}" is not a valid mode (MountedFile, EKSConfigMap)`, node);
  }
  if (new Set(modes).size < modes.length)
    server.fault(`backend-mode [${given.map((name) => `"${name}"`).join(' ')}] has duplicates`, node);
  if (given.length === 0) server.fault('at least one backend-mode must be specified', node);
  return modes;
}

function readPrefixes(server: Section): ServerConfig['reservedPrefixes'] {
  const list = server.sections('reservedPrefixConfig');
  const prefixes: Partial<Record<BackendMode, readonly string[]>> = {};
  for (const entry of list) {
    const name = entry.text('backendmode') ?? '';
    const mode = OLD_NAMES[name] ?? name;
    const texts = entry.texts('usernamePrefixReserveList') ?? [];
    if (mode === 'MountedFile' || mode === 'EKSConfigMap') prefixes[mode] = texts;
    else if (mode !== 'CRD' && mode !== 'DynamicFile') entry.fault(`backendmode "${name}" is not a valid mode`, 'backendmode');
  }
  return prefixes;
}

/** `featureGates` is a map in the file; the others of the original (ConfiguredInitDirectories, IAMIdentityMappingCRD) change nothing here. */
function readGates(root: Section, { ssoRoles }: Overrides): boolean {
  const gates = root.section('featureGates');
  return ssoRoles ?? gates.flag('SSORoleMatch') ?? false;
}

function readEc2(server: Section): Ec2Settings {
  const roleArn = server.text('ec2DescribeInstancesRoleARN') ?? '';
  const role = parseArn(roleArn);
  if (roleArn !== '' && (role?.service !== 'iam' || !role.resource.startsWith('role/')))
    server.fault('ec2DescribeInstancesRoleARN is not the ARN of a role', 'ec2DescribeInstancesRoleARN');
  const sourceArn = server.text('sourceARN') ?? '';
  if (!/^[!-~]*$/.test(sourceArn)) server.fault('sourceARN holds what no HTTP header can: it is sent as one', 'sourceARN');
  return {
    roleArn,
    sourceArn,
    rate: {
      perSecond: server.number('ec2DescribeInstancesQps', 0, 1e6) ?? 15,
      burst: server.number('ec2DescribeInstancesBurst', 1, 1e6) ?? 5,
    },
  };
}

function readOwn(root: Section, overrides: Overrides): OwnSettings {
  const own = root.section('causeway');
  const rate = (key: string, otherwise: Rate): Rate => {
    const section = own.section(key);
    return {
      perSecond: section.number('perSecond', 0, 1e6) ?? otherwise.perSecond,
      burst: section.number('burst', 1, 1e6) ?? otherwise.burst,
    };
  };
  const settings: OwnSettings = {
    region: own.text('region') ?? '',
    audiences: own.texts('audiences') ?? [],
    cacheSeconds: overrides.cacheSeconds ?? own.number('cacheSeconds', 0, 900) ?? 60,
    cacheSize: own.number('cacheSize', 1, 1e6) ?? 4096,
    stsSeconds: own.number('stsSeconds', 0.1, 60) ?? 10,
    ec2Seconds: own.number('ec2Seconds', 0.1, 60) ?? 5,
    drainSeconds: own.number('drainSeconds', 0, 300) ?? 20,
    identityRate: rate('identityRate', { perSecond: 20, burst: 100 }),
    refusalRate: rate('refusalRate', { perSecond: 100, burst: 500 }),
  };
  own.warnUnread('causeway.');
  return settings;
}
