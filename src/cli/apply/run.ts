import { setTimeout as sleep } from 'node:timers/promises';
import type { ApplyEvent, Doors, StepResult } from '../../edge/apply/index.ts';
import type { Step } from '../../grants/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import type { Io } from '../context.ts';
import { tellEvents } from './progress.ts';

/** Steps that are to be run, and how. */
export interface Run {
  /** Name of the grants file. */
  readonly owner: string;
  readonly steps: readonly Step[];
  readonly clusters: readonly string[];
  readonly doors: Doors;
  readonly mayAdopt: boolean;
  readonly isJson: boolean;
}

/** What became of them. */
export interface Ran {
  readonly results: readonly StepResult[];
  /** What was kept before it was changed, and where. */
  readonly backups: readonly { readonly what: string; readonly where: readonly string[] }[];
}

/** Runs steps, tells what happens, and ends in order on Ctrl-C: what is being written is finished, nothing is begun. */
export async function runPlan({ owner, steps, clusters, doors, mayAdopt, isJson }: Run, io: Io): Promise<Ran> {
  const apply = await import('../../edge/apply/index.ts');
  const telling = tellEvents(steps, io, isJson);
  const backups: { what: string; where: readonly string[] }[] = [];
  const onEvent = (event: ApplyEvent): void => {
    if (event.kind === 'backup') backups.push({ what: event.what, where: event.where });
    telling.onEvent(event);
  };
  const ended = new AbortController();
  const off = (['SIGINT', 'SIGTERM'] as const).map((signal) => io.onSignal?.(signal, () => ended.abort()));
  try {
    const clock = clockOf(io);
    const onWait = (what: string, milliseconds: number): void => onEvent({ kind: 'waiting', what, milliseconds });
    const admins = apply.openAdmins({ doors, clock, wire: (_, send) => send(), onWait, regionOf: regionIn(clusters) });
    const folder = apply.backupFolder(io.env, io.home);
    const keep = (name: string, text: string): string => apply.keepText(folder, name, text, process.pid);
    const hands = apply.makeHands(admins, { keep, now: io.now, onEvent });
    const results = await apply.runSteps(steps, { owner, mayAdopt, hands, clock, onEvent, signal: ended.signal });
    return { results, backups };
  } finally {
    telling.end();
    for (const each of off) each?.();
  }
}

/** The machine's clock, or a test's. */
export function clockOf(io: Pick<Io, 'now'>) {
  return {
    now: () => io.now().getTime(),
    sleep: (milliseconds: number): Promise<void> => sleep(milliseconds),
    random: Math.random,
  };
}

/** Region in which IAM of a partition is asked: that of any cluster in it. */
export function regionIn(clusters: readonly string[]): (partition: string) => string | undefined {
  const arns = clusters.flatMap((arn) => parseArn(arn) ?? []);
  return (partition) => arns.find((arn) => arn.partition === partition)?.region;
}
