import { disk, putFile } from '../../edge/files/index.ts';
import { writeEvidence } from '../../inventory/index.ts';
import { evidenceCommands } from '../collect/commands.ts';
import { collectLive, type LiveRequest } from '../collect/live.ts';
import { adviceFor } from '../collect/print.ts';
import { makeProgress } from '../collect/progress.ts';
import { requestOf } from '../collect/request.ts';
import type { Context, Io } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { EXIT, failed, usage } from '../exit.ts';
import { absolute } from '../files.ts';
import type { EvidenceFlags } from './evidence.ts';

/** Reads one account into one text. */
export async function run(this: Context, flags: EvidenceFlags): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    const request = understood(flags);
    if (flags.commands === true) {
      if (flags.profile !== undefined || flags.role !== undefined)
        throw usage('--commands asks nobody: --profile and --role are for whoever runs the script');
      put(flags.output, evidenceCommands(request), io);
      return EXIT.yes;
    }
    const { end, ...listener } = makeProgress(1 + request.clusters.length, io);
    const collection = await collectLive(request, io, listener).finally(end);
    const account = request.accounts[0]?.id ?? '';
    if (collection.as.length === 0) {
      const [why] = collection.missing;
      throw failed(`account ${account} was not entered: ${why?.error ?? ''}`, OTHERS);
    }
    put(flags.output, writeEvidence(account, collection.files), io);
    for (const gap of collection.missing) {
      io.stderr.write(labelled('note', `${gap.call ?? gap.path}: ${gap.error}`));
      io.stderr.write(labelled('hint', adviceFor(gap)));
    }
    return collection.missing.length === 0 ? EXIT.yes : EXIT.unsettled;
  });
}

const OTHERS = '--profile or --role names credentials of it';

/** What is read: one account, as the person who owns it. */
function understood({ account, cluster, principal, profile, role, region }: EvidenceFlags): LiveRequest {
  if (account === undefined) throw usage('--account is needed', 'the twelve digits of your account');
  if (profile !== undefined && role !== undefined) throw usage('--profile and --role: name the one or the other');
  const entrance =
    profile !== undefined ? [`${account}=profile:${profile}`] : role !== undefined ? [`${account}=role:${role}`] : [];
  const request = requestOf({
    account: [account],
    credentials: entrance,
    ...(cluster === undefined ? {} : { cluster }),
    ...(principal === undefined ? {} : { principal }),
    ...(region === undefined ? {} : { region }),
  });
  const [own, other] = request.accounts;
  if (other !== undefined) throw usage(`--principal is of account ${other.id}, and --account says ${own?.id ?? ''}`);
  const foreign = request.clusters.find((arn) => arn.split(':')[4] !== own?.id);
  if (foreign !== undefined) throw usage(`--cluster ${foreign} is of another account than ${own?.id ?? ''}`);
  return { ...request, narrow: request.principals.length > 0, withoutOrganization: true, advice: OTHERS };
}

function put(name: string | undefined, text: string, io: Io): void {
  if (name === undefined) {
    io.stdout.write(text);
    return;
  }
  try {
    putFile(absolute(name, io), text, disk, process.pid);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw failed(`${name} could not be written (${code})`);
  }
}
