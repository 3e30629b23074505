import { readFile } from 'node:fs/promises';
import { instanceRows } from '../../rules/eks/index.ts';
import { proxyFor, type Surroundings } from '../credentials/index.ts';
import type { ConfigMapWatch } from '../kube/index.ts';
import { createAuthenticate } from './authenticate.ts';
import { serverIdentity } from './certificate.ts';
import { type Overrides, readServerConfig, type ServerConfig } from './config.ts';
import type { Fault } from './config-node.ts';
import { createEc2Names } from './ec2.ts';
import { createEc2Client } from './ec2-client.ts';
import type { Log } from './log.ts';
import { createMappings, type LiveMappings } from './mappings.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { serve } from './server.ts';
import { createStsClient } from './sts.ts';
import { createVerifier } from './verify.ts';
import { watchFile } from './watch-file.ts';
import { writeWebhookKubeconfig } from './webhook-kubeconfig.ts';

/** Everything that a server is started with. */
export interface StartOptions {
  /** A good configuration, and the file and text that it came from. */
  readonly config: ServerConfig;
  readonly file?: { readonly path: string; readonly text: string };
  readonly overrides: Overrides;
  /** Origins that count as STS in a lab; empty on every real server. */
  readonly labOrigins: readonly string[];
  /** PEM of the authorities of a lab. */
  readonly labCa?: string;
  readonly log: Log;
  readonly now: () => number;
  /** Where HTTPS_PROXY, NO_PROXY and the credentials for EC2 are looked up; nobody is there to be asked for a code. */
  readonly around: Pick<Surroundings, 'env' | 'home' | 'cwd' | 'sdk'>;
  /** Loads the room that watches ConfigMaps; called only if a backend needs it, because the client is large. */
  readonly loadWatch: () => Promise<WatchConfigMap>;
  /** Told when a changed file was judged; for whoever waits for it. */
  readonly onReload?: (good: boolean) => void;
}

/** `watchConfigMap` of edge/kube: tells what aws-auth holds, for ever, until the function it gives is called. */
export type WatchConfigMap = (watch: ConfigMapWatch) => () => void;

/** A webhook that runs. */
export interface Authenticator {
  readonly port: number;
  readonly healthPort: number | undefined;
  /** Reads the configuration file again; gives whether the new one is in use. */
  readonly reload: () => Promise<boolean>;
  /** Ends within the time for draining. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the token webhook: certificate, kubeconfig for the API server, backends, servers. Throws when it cannot listen, or
 * the state folder cannot be used. From then on nothing ends it but `stop`: a broken configuration leaves the last good one
 * in use, a ConfigMap that cannot be read is asked for again, STS may be down.
 */
export async function startAuthenticator(options: StartOptions): Promise<Authenticator> {
  const { log, now } = options;
  let { config } = options;
  const metrics = createMetrics();
  metrics.reloaded(true, now());
  const mappings = createMappings(config, log);
  const settings = (): ServerConfig['own'] => config.own;
  if (options.labOrigins.length > 0) {
    log.warn({ labOrigins: options.labOrigins }, 'LAB ONLY: whoever answers at these addresses says who everybody is');
  }
  const sts = createStsClient({
    clusterId: config.clusterId,
    seconds: () => settings().stsSeconds,
    proxyOf: (origin) => proxyFor(origin, options.around.env),
    ...(options.labCa === undefined ? {} : { ca: options.labCa }),
  });
  const verify = createVerifier({ sts, partition: config.partition, labOrigins: options.labOrigins, settings, metrics, now });
  const ec2 = createEc2Client({
    settings: () => config.ec2,
    region: () => settings().region,
    around: { ...options.around, now: () => new Date(now()), note: (text) => log.warn({}, text) },
    onCall: metrics.ec2Call,
  });
  const names = createEc2Names({
    describe: ec2.describe,
    rate: () => config.ec2.rate,
    seconds: () => settings().ec2Seconds,
    now,
  });
  const instanceName = names.nameOf;
  const { partition } = config;
  const authenticate = createAuthenticate({ verify, mappings: mappings.get, instanceName, partition, metrics, log, now });
  const warnOfEc2 = async (): Promise<void> => {
    const rows = mappings.get().backends.flatMap((backend) => instanceRows(backend.rows));
    const error = rows.length === 0 ? undefined : await ec2.fault();
    if (error !== undefined) {
      const text = 'rows need the private DNS name of instances, and EC2 cannot be asked: their callers are refused';
      log.warn({ rows: rows.length, error }, text);
    }
  };
  const identity = await serverIdentity(config.stateDir, config, new Date(now()));
  for (const warning of identity.warnings) log.warn({}, warning);
  if (identity.made) log.info({ stateDir: config.stateDir }, 'a self-signed certificate was made');
  let stopping = false;
  const serving = await serve({
    address: config.address,
    port: config.port,
    healthPort: config.healthPort,
    identity,
    authenticate,
    metrics,
    notReady: () => [...(stopping ? ['stopping'] : []), ...mappings.notReady()],
    drainSeconds: () => settings().drainSeconds,
  });
  if (!config.kubeconfigPregenerated) {
    await writeWebhookKubeconfig(config.generateKubeconfig, {
      hostname: config.hostname,
      port: serving.port,
      cert: identity.cert,
    });
    log.info(
      { file: config.generateKubeconfig },
      'start kube-apiserver with --authentication-token-webhook-config-file and this file',
    );
  }
  const take = (text: string): boolean => {
    if (options.file === undefined || stopping) return false;
    const result = readServerConfig(text, options.file.path, options.overrides);
    const good = 'config' in result;
    metrics.reloaded(good, now());
    if (good) {
      for (const name of needsRestart(config, result.config))
        log.warn({ setting: name }, 'a change of this setting needs a restart');
      tellFaults(log, result.warnings, 'warn');
      config = result.config;
      mappings.setConfig(config);
      void warnOfEc2();
      log.info({ file: options.file.path }, 'the changed configuration is in use');
    } else {
      tellFaults(log, result.faults, 'error');
      log.error({ file: options.file.path }, 'the changed configuration is broken: the last good one stays in use');
    }
    options.onReload?.(good);
    return good;
  };
  const endWatch = options.file === undefined ? () => {} : watchFile(options.file.path, options.file.text, take);
  const setConfigMap: LiveMappings['setConfigMap'] = (data) => {
    mappings.setConfigMap(data);
    void warnOfEc2();
  };
  const endConfigMap = await watchAwsAuth(options, setConfigMap, metrics);
  void warnOfEc2();
  log.info({ address: config.address, port: serving.port, clusterId: config.clusterId }, 'listening on /authenticate');
  return {
    port: serving.port,
    healthPort: serving.healthPort,
    reload: async () => {
      if (options.file === undefined) return false;
      try {
        return take(await readFile(options.file.path, 'utf8'));
      } catch (error) {
        log.error(
          { file: options.file.path, error: error instanceof Error ? error.message : String(error) },
          'the configuration cannot be read',
        );
        return false;
      }
    },
    stop: async () => {
      stopping = true;
      log.info({}, 'stopping: reviews under way are answered first');
      endWatch();
      endConfigMap();
      await serving.stop();
      sts.close();
      names.close();
      log.info({}, 'stopped');
    },
  };
}

/** Tells every fault with its place. */
function tellFaults(log: Log, faults: readonly Fault[], level: 'warn' | 'error'): void {
  for (const { file, line, column, text } of faults) log[level]({}, `${file}:${line}:${column}: ${text}`);
}

/** What was read once, when the server was started. */
function needsRestart(old: ServerConfig, now: ServerConfig): readonly string[] {
  const fixed = [
    'clusterId',
    'partition',
    'address',
    'hostname',
    'port',
    'healthPort',
    'stateDir',
    'kubeconfig',
    'master',
  ] as const;
  const changed: string[] = fixed.filter((name) => old[name] !== now[name]);
  const watches = ({ backendMode }: ServerConfig): boolean => backendMode.includes('EKSConfigMap');
  return watches(old) === watches(now) ? changed : [...changed, 'backendMode'];
}

async function watchAwsAuth(
  { config, loadWatch, log }: StartOptions,
  onData: LiveMappings['setConfigMap'],
  metrics: Metrics,
): Promise<() => void> {
  if (!config.backendMode.includes('EKSConfigMap')) return () => {};
  const watchConfigMap = await loadWatch();
  return watchConfigMap({
    kubeconfig: config.kubeconfig,
    master: config.master,
    namespace: 'kube-system',
    name: 'aws-auth',
    onData,
    onFailure: (error, retryMs) => {
      metrics.configMapFailure();
      log.warn(
        { configMap: 'kube-system/aws-auth', error, retryMs },
        'aws-auth cannot be watched: what is known of it stays in use',
      );
    },
  });
}
