import { readFileSync } from 'node:fs';
import type { Overrides, ServerConfig, startAuthenticator } from '../../edge/authenticator/index.ts';
import type { Context, Io } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { EXIT, failed, usage } from '../exit.ts';
import { absolute, cannotRead } from '../files.ts';
import { surroundings } from '../surroundings.ts';
import type { AuthenticatorFlags } from './authenticator.ts';

/** Reads the configuration, and serves until a signal ends it. */
export async function run(this: Context, flags: AuthenticatorFlags): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    const room = await import('../../edge/authenticator/index.ts');
    const labOrigins = (flags.labSts ?? []).map(labOrigin);
    const file = flags.config === undefined ? undefined : { path: absolute(flags.config, io), text: readText(flags.config, io) };
    const overrides = overridesOf(flags, io);
    const shown = flags.config ?? 'the command line';
    const result = room.readServerConfig(file?.text ?? '', shown, overrides);
    const places = ('faults' in result ? result.faults : result.warnings).map(
      ({ file: name, line, column, text }) => `${flags.config === undefined ? '' : `${name}:${line}:${column}: `}${text}`,
    );
    if ('faults' in result) {
      throw usage(`${shown} cannot be served\n${places.join('\n')}`, 'docs/authenticator.md describes every setting');
    }
    if (flags.check === true) {
      for (const text of places) io.stderr.write(labelled('note', text));
      io.stdout.write(describe(shown, result.config));
      return EXIT.yes;
    }
    const log = room.createLog(io.stderr, flags.logFormat ?? 'text');
    for (const text of places) log.warn({}, text);
    const started = await room
      .startAuthenticator({
        config: result.config,
        ...(file === undefined ? {} : { file }),
        overrides,
        labOrigins,
        ...(flags.labStsCa === undefined ? {} : { labCa: readText(flags.labStsCa, io) }),
        log,
        around: aroundOf(io),
        loadWatch: async () => (await import('../../edge/kube/index.ts')).watchConfigMap,
        now: () => io.now().getTime(),
      })
      .catch((error: unknown) => {
        throw failed(`the webhook could not be started: ${error instanceof Error ? error.message : String(error)}`);
      });
    await ended(io, started.reload);
    await started.stop();
    return EXIT.yes;
  });
}

/** A server asks nobody for a code, and its notes go to its log. */
function aroundOf(io: Io): Parameters<typeof startAuthenticator>[0]['around'] {
  const { env, home, cwd, sdk } = surroundings(io);
  return { env, home, cwd, ...(sdk === undefined ? {} : { sdk }) };
}

/** Waits for SIGTERM or SIGINT; SIGHUP reads the configuration again. */
function ended(io: Io, reload: () => Promise<boolean>): Promise<void> {
  return new Promise((resolve) => {
    const stops = [
      io.onSignal?.('SIGTERM', () => done()),
      io.onSignal?.('SIGINT', () => done()),
      io.onSignal?.('SIGHUP', () => void reload()),
    ];
    const done = (): void => {
      for (const stop of stops) stop?.();
      resolve();
    };
  });
}

function overridesOf(flags: AuthenticatorFlags, io: Io): Overrides {
  const { backendMode, featureGates, clusterId, port, healthPort, cacheSeconds } = flags;
  const paths = { stateDir: flags.stateDir, generateKubeconfig: flags.generateKubeconfig, kubeconfig: flags.kubeconfig };
  const fromHere = Object.entries(paths).map(([key, path]) => [key, path === undefined ? undefined : absolute(path, io)]);
  const { partition, address, hostname, kubeconfigPregenerated, master } = flags;
  return {
    ...Object.fromEntries(fromHere),
    partition,
    address,
    hostname,
    kubeconfigPregenerated,
    master,
    backendMode: backendMode?.split(','),
    clusterId: clusterId ?? io.env['KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID'],
    port: within('--port', port, 65_535),
    healthPort: within('--health-port', healthPort, 65_535),
    cacheSeconds: within('--cache-seconds', cacheSeconds, 900),
    ssoRoles: featureGates === undefined ? undefined : ssoGate(featureGates),
  };
}

function within(flag: string, value: number | undefined, most: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return value;
  throw usage(`${flag} ${value} is no whole number from 0 to ${most}`);
}

/** The gates of the original; those that it has beside SSORoleMatch change nothing here. */
function ssoGate(gates: string): boolean | undefined {
  let sso: boolean | undefined;
  for (const gate of gates.split(',')) {
    const [name = '', value = ''] = gate.split('=');
    if (
      !['SSORoleMatch', 'ConfiguredInitDirectories', 'IAMIdentityMappingCRD'].includes(name) ||
      !/^(?:true|false)$/.test(value)
    ) {
      throw usage(
        `--feature-gates ${gate} is none of SSORoleMatch=true|false, ConfiguredInitDirectories=…, IAMIdentityMappingCRD=…`,
      );
    }
    if (name === 'SSORoleMatch') sso = value === 'true';
  }
  return sso;
}

/** An origin for a lab; unencrypted only where nobody else can answer. */
function labOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && text.replace(/\/$/, '') === url.origin;
  if (!isOrigin || !/^https?:$/.test(url.protocol)) {
    // What stands before an @ may be a password.
    const shown = text.replace(/[^/]*@/g, '…@');
    throw usage(`--lab-sts ${shown} is no address such as https://127.0.0.1:4566`);
  }
  if (url.protocol === 'http:' && !/^(?:127\.[\d.]+|localhost|\[::1\])$/.test(url.hostname)) {
    throw usage(`--lab-sts ${text}: http is taken on the loopback alone`);
  }
  return url.origin;
}

function readText(file: string, io: Io): string {
  try {
    return readFileSync(absolute(file, io), 'utf8');
  } catch (error) {
    throw cannotRead(file, error);
  }
}

function describe(file: string, config: ServerConfig): string {
  const { roles, users, accounts } = config.rows;
  const rows = `${roles.length} roles, ${users.length} users, ${accounts.length} accounts`;
  const lines = [
    ['cluster', config.clusterId],
    ['partition', config.partition],
    ['backends', `${config.backendMode.join(', then ')}`],
    ['in the file', rows],
    ['listens on', `${config.address}:${config.port}, health on ${config.healthPort}`],
    ['remembers', config.own.cacheSeconds === 0 ? 'no token' : `a verified token for ${config.own.cacheSeconds} s`],
  ];
  return `${file} can be served\n\n${lines.map(([name = '', value]) => `  ${name.padEnd(11)} ${value}`).join('\n')}\n`;
}
