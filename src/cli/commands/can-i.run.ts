import { type Answer, canI, type Query } from '../../access/index.ts';
import type { Context } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { openEvidence } from '../evidence.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { openFolder } from '../inventory.ts';
import { canIData } from '../output/render.ts';
import { inWords, type Locate } from '../positions.ts';
import { printAnswer, verdictOf } from '../print/answer.ts';
import { styleFor } from '../print/style.ts';
import { reportProblems } from '../problems.ts';
import { readCaller, understandCaller, unreadRemarks } from '../request/caller.ts';
import { chooseCluster } from '../request/cluster.ts';
import { type ChosenContext, readContext } from '../request/context.ts';
import { givenElsewhere, readAssume, readGiven } from '../request/given.ts';
import { answerFromFiles } from '../request/kubernetes.ts';
import { pathOfSelf } from '../request/path.ts';
import { namespaceRemarks, readRequest } from '../request/resource.ts';
import { readVia } from '../request/roles.ts';
import { writeData } from '../write.ts';
import type { CanIFlags } from './can-i.ts';

/** Reads the question, asks the engine and prints what it says. */
export async function run(this: Context, flags: CanIFlags, verb: string, resource: string): Promise<void> {
  await guarded(this, async () => {
    const { answer, locate, footer } = flags.kubernetes
      ? fromFiles(this, flags, verb, resource)
      : fromInventory(this, flags, verb, resource);
    const exit = exitOf(answer);
    if (flags.output === 'json' || flags.output === 'yaml') {
      await writeData(this.io.stdout, flags.output, canIData(answer, exit, locate));
    } else this.io.stdout.write(printAnswer(answer, styleFor(this.io), inWords(locate), footer));
    return exit;
  });
}

/** 0 for a firm allow alone; 3 for whatever is not settled. */
function exitOf(answer: Answer): Exit {
  const verdict = verdictOf(answer);
  if (verdict === 'YES') return EXIT.yes;
  return verdict === 'NO' ? EXIT.no : EXIT.unsettled;
}

interface Answered {
  readonly answer: Answer;
  readonly locate: Locate;
  readonly footer?: string;
}

function fromInventory({ io }: Context, flags: CanIFlags, verb: string, resource: string): Answered {
  onePath(flags);
  if (flags.kubeconfig !== undefined && flags.context === undefined) throw usage('--kubeconfig goes with --context');
  const given = readGiven(flags.given ?? []);
  const assume = readAssume(flags.assume ?? []);
  const caller = readCaller(flags.as, flags.asGroup ?? []);
  if (caller.kind === 'kubernetes' && (flags.via ?? flags.context) !== undefined) {
    throw usage('--via and --context are ways of an AWS caller; --as names a Kubernetes user');
  }
  const context = flags.context === undefined ? undefined : readContext(flags.context, flags.kubeconfig, io);
  const understood = readRequest({ ...flags, verb, resource, defaultNamespace: context?.namespace ?? 'default' });
  const { inventory, locate, folder } = openFolder(flags.inventory, io, openEvidence(flags.evidence ?? [], io));
  const cluster = chooseCluster(inventory.clusters, flags.cluster ?? context?.cluster, folder);
  const whom = understandCaller(caller, inventory, cluster);
  const question: Omit<Query, 'path'> = {
    cluster,
    caller: whom.caller,
    request: understood.request,
    given: [...(context?.given ?? []), ...given],
    assume,
    now: io.now(),
  };
  const note = (remarks: readonly string[]): void => {
    for (const remark of remarks) io.stderr.write(labelled('note', remark));
  };
  note([
    ...understood.remarks,
    ...(context?.remarks ?? []),
    ...whom.remarks,
    ...unreadRemarks(whom.caller, inventory),
    ...namespaceRemarks(understood.request, cluster),
  ]);
  const answer = canI(inventory, { ...question, path: choosePath() });
  if ('kind' in answer) throw usage(answer.message);
  note(givenElsewhere(given, answer.hops.filter(({ kind }) => kind === 'assume').length));
  reportProblems(inventory.problems(), io.stderr);
  return { answer, locate, footer: `Files are relative to ${folder}` };

  function choosePath(): Query['path'] {
    if (flags.anyPath) return { kind: 'any' };
    if (flags.via !== undefined) return { kind: 'via', roles: readVia(flags.via, cluster, inventory.accounts) };
    return context === undefined ? pathOfSelf(inventory, question) : viaOf(context);
  }
}

function viaOf(context: ChosenContext): Query['path'] {
  return context.roles.length === 0 ? { kind: 'self' } : { kind: 'via', roles: context.roles };
}

function onePath({ via, context, anyPath }: CanIFlags): void {
  const said = [via && '--via', context !== undefined && '--context', anyPath && '--any-path'].filter(
    (each) => typeof each === 'string',
  );
  if (said.length > 1) throw usage(`${said.join(' and ')} exclude each other: each says which path is judged`);
}

/** RBAC alone: no inventory, no AWS side. */
function fromFiles({ io }: Context, flags: CanIFlags, verb: string, resource: string): Answered {
  const aws = (['cluster', 'via', 'context', 'anyPath', 'given', 'assume', 'inventory', 'kubeconfig'] as const).find(
    (flag) => flags[flag] !== undefined,
  );
  if (aws !== undefined)
    throw usage(
      `--kubernetes judges RBAC alone; --${aws.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} belongs to the AWS side`,
    );
  const caller = readCaller(flags.as, flags.asGroup ?? []);
  if (caller.kind === 'aws')
    throw usage(
      '--kubernetes judges RBAC alone, and --as names an AWS principal',
      'without --kubernetes the inventory tells which user it is in the cluster',
    );
  const understood = readRequest({ ...flags, verb, resource, defaultNamespace: 'default' });
  for (const remark of understood.remarks) io.stderr.write(labelled('note', remark));
  return answerFromFiles(flags.kubernetes ?? [], caller, understood.request, io);
}
