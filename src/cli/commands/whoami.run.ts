import { whoami } from '../../access/index.ts';
import type { Context } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { openEvidence } from '../evidence.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { openFolder } from '../inventory.ts';
import { whoamiData } from '../output/render-whoami.ts';
import { inWords } from '../positions.ts';
import { styleFor } from '../print/style.ts';
import { printWhoami } from '../print/whoami.ts';
import { reportProblems } from '../problems.ts';
import { readCaller, understandCaller, unreadRemarks } from '../request/caller.ts';
import { chooseCluster } from '../request/cluster.ts';
import { absentCaller } from '../request/path.ts';
import { whoamiLive } from '../whoami/live.ts';
import { writeData } from '../write.ts';
import type { WhoamiFlags } from './whoami.ts';

const EXITS = { mapped: EXIT.yes, unauthorized: EXIT.no, unknown: EXIT.unsettled } as const satisfies Record<string, Exit>;

/** Reads the question, asks the engine and prints what it says. */
export async function run(this: Context, flags: WhoamiFlags): Promise<void> {
  await guarded(this, async () => {
    if (flags.as === undefined) {
      const file = flags.inventory !== undefined ? 'inventory' : flags.evidence !== undefined ? 'evidence' : undefined;
      if (file !== undefined)
        throw usage(`--${file} goes with --as`, 'without --as AWS and the cluster are asked, and no file is read');
      return whoamiLive(this.words.slice(1), this.io);
    }
    refuseLive(flags);
    const caller = readCaller(flags.as, []);
    if (caller.kind === 'kubernetes')
      throw usage(`--as ${flags.as} is no ARN`, 'whoami says which Kubernetes user an AWS principal is');
    const { inventory, locate, folder } = openFolder(flags.inventory, this.io, openEvidence(flags.evidence ?? [], this.io));
    const cluster = chooseCluster(inventory.clusters, flags.cluster, folder);
    const whom = understandCaller(caller, inventory, cluster);
    const arn = whom.caller.kind === 'aws' ? whom.caller.arn : caller.arn;
    for (const remark of [...whom.remarks, ...unreadRemarks(whom.caller, inventory), ...absentCaller(inventory, arn)])
      this.io.stderr.write(labelled('note', remark));
    const answer = whoami(inventory, cluster, arn);
    if (answer.kind === 'refusal') throw usage(answer.message);
    reportProblems(inventory.problems(), this.io.stderr);
    const exit = EXITS[answer.mapping.result];
    if (flags.output === 'json' || flags.output === 'yaml')
      await writeData(this.io.stdout, flags.output, whoamiData(answer, exit, locate));
    else this.io.stdout.write(printWhoami(answer, styleFor(this.io), inWords(locate), `Files are relative to ${folder}`));
    return exit;
  });
}

const LIVE = ['context', 'kubeconfig', 'profile', 'region', 'role', 'externalId', 'sessionName'] as const;

/** With --as nobody is asked, and what says as whom one would ask means nothing. */
function refuseLive(flags: WhoamiFlags): void {
  const flag = LIVE.find((each) => flags[each] !== undefined);
  if (flag === undefined) return;
  throw usage(
    `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} does not go with --as`,
    '--as reads an inventory and asks nobody',
  );
}
