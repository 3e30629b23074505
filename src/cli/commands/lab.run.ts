import { escapeForTerminal } from '../../base/index.ts';
import type { EnvAnswer, ExportedFile, LogEntry } from '../../edge/lab/index.ts';
import type { Context, Io } from '../context.ts';
import { guarded } from '../error.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { absolute } from '../files.ts';
import { folderThere } from '../inventory.ts';
import { keepAuthority } from '../lab/authority.ts';
import { askLab } from '../lab/call.ts';
import { shownCall } from '../lab/shown-log.ts';
import { cannotStart } from '../lab/trouble.ts';
import { welcome } from '../lab/welcome.ts';
import { writeFolder } from '../lab/write.ts';
import type { AtFlags, LabEnvFlags, LabFlags, LabKubeconfigFlags } from './lab.ts';

/** The port when none is given; env and the others look for the lab there. */
const PORT = 4640;

/** Runs the lab until a signal ends it. */
export function start(this: Context, { port = PORT, bare, inventory, state, region }: LabFlags): Promise<void> {
  const { io } = this;
  return guarded(this, async () => {
    if (bare && inventory !== undefined) throw usage('--bare and --inventory are two things to start with');
    const { startLab } = await import('../../edge/lab/index.ts');
    const lab = await startLab({
      ...{ port, bare, now: io.now },
      ...(region === undefined ? {} : { region }),
      ...(state === undefined ? {} : { state: absolute(state, io) }),
      ...(inventory === undefined ? {} : { inventory: folderThere(inventory, io) }),
    }).catch(async (error: unknown) => {
      throw await cannotStart(io, port, error);
    });
    io.stdout.write(
      welcome(io, {
        ...{ endpoint: lab.endpoint, from: lab.from, usual: port === PORT, bare },
        ...(inventory === undefined ? {} : { inventory }),
        ...(state === undefined ? {} : { state }),
      }),
    );
    await stopped(io);
    await lab.close();
    return EXIT.yes;
  });
}

/** Waits for Ctrl-C, a polite kill, or the end of the terminal. */
function stopped(io: Io): Promise<void> {
  return new Promise((resolve) => {
    const offs = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
      io.onSignal?.(signal, () => {
        for (const off of offs) off?.();
        resolve();
      }),
    );
  });
}

/** Prints the exports for a shell. */
export function env(this: Context, flags: LabEnvFlags): Promise<void> {
  const { io } = this;
  const { endpoint, as = '111111111111/admin', proxy, caFile, wait } = flags;
  const body = async (): Promise<Exit> => {
    if (caFile !== undefined && !proxy) throw usage('--ca-file says where --proxy writes the authority', 'add --proxy');
    const answer = (await askLab(io, { endpoint, wait }, 'env', { as })) as EnvAnswer;
    const { accessKeyId, secretAccessKey, sessionToken } = answer.credentials;
    const lines = [
      `# ${escapeForTerminal(answer.arn)}`,
      ...(proxy
        ? throughProxy(answer, keepAuthority(answer, caFile, io))
        : [`export AWS_ENDPOINT_URL=${shell(answer.endpoint)}`]),
      `export AWS_REGION=${shell(answer.region)} AWS_DEFAULT_REGION=${shell(answer.region)}`,
      `export AWS_ACCESS_KEY_ID=${shell(accessKeyId)}`,
      `export AWS_SECRET_ACCESS_KEY=${shell(secretAccessKey)}`,
      sessionToken === undefined ? 'unset AWS_SESSION_TOKEN' : `export AWS_SESSION_TOKEN=${shell(sessionToken)}`,
      // A profile, or another place for one service, would win over the exports above.
      'unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ENDPOINT_URL_STS AWS_ENDPOINT_URL_IAM AWS_ENDPOINT_URL_EKS',
    ];
    io.stdout.write(`${lines.join('\n')}\n`);
    return EXIT.yes;
  };
  return guarded(this, () =>
    body().catch((error: unknown) => {
      // Without this line `eval` would succeed, and the next command would go to the real AWS with the real credentials.
      io.stdout.write('false # nothing was exported\n');
      throw error;
    }),
  );
}

/** Curl, Go and Python look for one spelling or the other first. */
function throughProxy({ endpoint }: EnvAnswer, authority: string): readonly string[] {
  const [at, file] = [shell(endpoint), shell(authority)];
  return [
    `export HTTPS_PROXY=${at} https_proxy=${at} NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost`,
    `export AWS_CA_BUNDLE=${file} NODE_EXTRA_CA_CERTS=${file} NODE_USE_ENV_PROXY=1`,
    `export CAUSEWAY_LAB=${at}`,
    'unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_ORGANIZATIONS AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ];
}

/** A value as one word of a POSIX shell. */
function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Prints a kubeconfig. */
export function kubeconfig(this: Context, { endpoint, cluster, roleArn: role, proxy }: LabKubeconfigFlags): Promise<void> {
  const { io } = this;
  return guarded(this, async () => {
    const answer = (await askLab(io, { endpoint }, 'kubeconfig', { cluster, role, proxy })) as { readonly kubeconfig: string };
    io.stdout.write(answer.kubeconfig);
    return EXIT.yes;
  });
}

/** Writes the inventory folder. */
export function exportTo(this: Context, { endpoint }: AtFlags, folder: string): Promise<void> {
  const { io } = this;
  return guarded(this, async () => {
    const { files } = (await askLab(io, { endpoint }, 'export', {})) as { readonly files: readonly ExportedFile[] };
    writeFolder(absolute(folder, io), folder, files);
    io.stdout.write(`${folder} holds the lab as it is now, in ${files.length} files\n`);
    return EXIT.yes;
  });
}

/** Prints the calls. */
export function log(this: Context, { endpoint }: AtFlags): Promise<void> {
  const { io } = this;
  return guarded(this, async () => {
    const { calls } = (await askLab(io, { endpoint }, 'log', {})) as { readonly calls: readonly LogEntry[] };
    for (const call of calls) io.stdout.write(shownCall(io, call));
    return EXIT.yes;
  });
}

/** Moves the clock. */
export function clock(this: Context, { endpoint }: AtFlags, by: number): Promise<void> {
  const { io } = this;
  return guarded(this, async () => {
    if (by === 0) throw usage('a clock that moves by nothing stays where it is');
    const { now } = (await askLab(io, { endpoint }, 'clock', { by })) as { readonly now: string };
    io.stdout.write(`the lab's clock says ${now}\n`);
    return EXIT.yes;
  });
}
