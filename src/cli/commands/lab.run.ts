import { escapeForTerminal } from '../../base/index.ts';
import type { EnvAnswer, ExportedFile, LogEntry } from '../../edge/lab/index.ts';
import { partitionOfRegion } from '../../rules/arn/index.ts';
import type { Context, Io } from '../context.ts';
import { guarded } from '../error.ts';
import { EXIT, usage } from '../exit.ts';
import { absolute } from '../files.ts';
import { folderThere } from '../inventory.ts';
import { keepAuthority } from '../lab/authority.ts';
import { askLab } from '../lab/call.ts';
import { exportsFor } from '../lab/exports.ts';
import { shownCall } from '../lab/shown-log.ts';
import { cannotStart } from '../lab/trouble.ts';
import { welcome } from '../lab/welcome.ts';
import { writeFolder } from '../lab/write.ts';
import type { AtFlags, LabEnvFlags, LabFlags, LabKubeconfigFlags, LabTokenFlags } from './lab.ts';

/** The port when none is given; env and the others look for the lab there. */
const PORT = 4640;

/** Runs the lab until a signal ends it. */
export function start(this: Context, { port = PORT, bare, inventory, state, region }: LabFlags): Promise<void> {
  const { io } = this;
  return guarded(this, async () => {
    if (bare && inventory !== undefined) throw usage('--bare and --inventory are two things to start with');
    if (region !== undefined && partitionOfRegion(region) === undefined)
      throw usage(`--region ${escapeForTerminal(region)}: no region of AWS looks like that`, 'write it as in eu-west-1');
    const { startLab } = await import('../../edge/lab/index.ts');
    const lab = await startLab({
      ...{ port, bare, now: io.now },
      ...(region === undefined ? {} : { region }),
      ...(state === undefined ? {} : { state: absolute(state, io) }),
      ...(inventory === undefined ? {} : { inventory: absolute(inventory, io) }),
    }).catch(async (error: unknown) => {
      // A state that was kept needs no inventory, so only who misses it says so.
      if (inventory !== undefined && isFileProblem(error)) folderThere(inventory, io, '');
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

function isFileProblem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
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
  return guarded(this, async () => {
    if (caFile !== undefined && !proxy) throw usage('--ca-file says where --proxy writes the authority', 'add --proxy');
    const answer = (await askLab(io, { endpoint, wait }, 'env', { as })) as EnvAnswer;
    io.stdout.write(exportsFor(io, answer, proxy ? keepAuthority(answer, caFile, io) : undefined));
    return EXIT.yes;
  });
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

/** Prints a token of an issuer outside. A file of it must hold nothing else: clients send all that is in it. */
export function oidcToken(this: Context, { endpoint, issuer, sub, aud, claim = [] }: LabTokenFlags): Promise<void> {
  const { io } = this;
  return guarded(this, async () => {
    const wanted = { issuer, subject: sub, audience: aud, claims: Object.fromEntries(claim) };
    const { token } = (await askLab(io, { endpoint }, 'oidc-token', wanted)) as { readonly token: string };
    io.stdout.write(io.stdout.isTTY === true ? `${token}\n` : token);
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
