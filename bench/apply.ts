import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Doors, makeHands, openAdmins, runSteps } from '../src/edge/apply/index.ts';
import { makePlan, readGrants, type Step } from '../src/grants/index.ts';
import { makeInventory } from '../src/inventory/index.ts';
import { eksToken } from '../src/rules/token/index.ts';
import { askLab, enter, type LabAt } from '../test/loopback/lab.ts';
import { ACCOUNTS, clusterOf, grantsText, organisation } from './apply-organisation.ts';
import type { Row } from './row.ts';

const LATENCY = 120;
const TARGET = 1.3;
const REGION = 'eu-west-1';
/** Calls that a step takes at least: read, write, read (docs/apply.md). */
const CALLS = 3;

/** Applying a plan whose every call takes a while, compared with its longest account alone and with the fewest calls. */
export async function applyRows(root: string): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  const started: ChildProcess[] = [];
  const lab = async (): Promise<LabAt> => {
    const server = fork(join(root, 'bench/apply-server.ts'), [folder]);
    started.push(server);
    return ((await once(server, 'message')) as [LabAt])[0];
  };
  try {
    for (const { path, text } of organisation()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const steps = planned();
    // One lab for all accounts one after the other, and a fresh one for all together: what is applied is not there before.
    const apart = await doorsOf(await lab());
    const alone: number[] = [];
    for (const account of ACCOUNTS) alone.push((await apply(ownSteps(steps, account), apart)).seconds);
    const all = await apply(steps, await doorsOf(await lab()));
    const longest = Math.max(...alone);
    const fewest = steps.length * CALLS;
    const what = `apply: ${steps.length} steps in ${ACCOUNTS.length} accounts, ${LATENCY} ms a call`;
    const [factor, calls] = [all.seconds / longest, all.calls / fewest];
    return [
      {
        name: `${what} ÷ the longest account alone`,
        measured: `${factor.toFixed(2)} (${all.seconds.toFixed(2)} s ÷ ${longest.toFixed(2)} s)`,
        target: `≤ ${TARGET}`,
        met: factor <= TARGET,
      },
      {
        name: `apply: calls ÷ the fewest, ${CALLS} a step`,
        measured: `${calls.toFixed(2)} (${all.calls} ÷ ${fewest})`,
        target: '1.00',
        met: calls <= 1,
      },
    ];
  } finally {
    for (const server of started) server.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function planned(): readonly Step[] {
  const { file, problems } = readGrants(grantsText(), 'bench.yaml');
  if (file === undefined) throw new Error(JSON.stringify(problems[0]));
  const sources = organisation().map(({ path, text }) => ({ path, size: text.length, text: () => text }));
  const { steps, refusals } = makePlan(file, makeInventory(sources), { now: Date.now() });
  const other = steps.find(({ state }) => state !== 'to-do');
  if (refusals[0] !== undefined || other !== undefined)
    throw new Error(refusals[0]?.text ?? `${other?.id}: ${other?.state} ${other?.notes.join()}`);
  return steps;
}

/** The steps of one account, which wait for none of another. */
function ownSteps(steps: readonly Step[], account: string): readonly Step[] {
  const own = steps.filter((step) => step.account === account);
  const ids = new Set(own.map(({ id }) => id));
  return own.map((step) => ({ ...step, after: step.after.filter((id) => ids.has(id)) }));
}

async function doorsOf(lab: LabAt): Promise<Doors> {
  const keys = new Map<string, Awaited<ReturnType<typeof enter>>['credentials']>();
  for (const account of ACCOUNTS) keys.set(account, (await enter(lab, `${account}/admin`)).credentials);
  const credentialsOf = (account: string) => keys.get(account) ?? { accessKeyId: '', secretAccessKey: '' };
  const clusters = new Map<string, { readonly server: string; readonly ca: string }>();
  for (const arn of ACCOUNTS.map(clusterOf)) {
    const { kubeconfig } = await askLab<{ readonly kubeconfig: string }>(lab, 'kubeconfig', { cluster: arn });
    const read = parse(kubeconfig) as { readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[] };
    const { server = '', 'certificate-authority-data': ca = '' } = read.clusters[0]?.cluster ?? {};
    clusters.set(arn, { server, ca });
  }
  return {
    aws: async ({ account }) => ({ region: REGION, credentials: credentialsOf(account), endpoint: lab.endpoint }),
    kubernetes: async (arn) => {
      const endpoint = { url: lab.endpoint, signingRegion: REGION };
      const credentials = credentialsOf(arn.split(':')[4] ?? '');
      const token = eksToken({ cluster: 'prod', credentials, endpoint, at: new Date() });
      return { ...(clusters.get(arn) ?? { closed: `no cluster ${arn}` }), token };
    },
  };
}

async function apply(steps: readonly Step[], doors: Doors): Promise<{ readonly seconds: number; readonly calls: number }> {
  let calls = 0;
  const clock = { now: Date.now, sleep: (milliseconds: number): Promise<void> => sleep(milliseconds), random: Math.random };
  const admins = openAdmins({
    ...{ doors, clock, onWait: () => {}, regionOf: () => REGION },
    wire: async (_, send) => {
      calls++;
      await sleep(LATENCY);
      return send();
    },
  });
  const hands = makeHands(admins, { keep: (name) => name, now: () => new Date(), onEvent: () => {} });
  const start = performance.now();
  const results = await runSteps(steps, { owner: 'bench', mayAdopt: false, hands, clock, onEvent: () => {} });
  const seconds = (performance.now() - start) / 1000;
  const failed = results.find(({ outcome }) => outcome !== 'done');
  if (failed !== undefined) throw new Error(`${failed.id}: ${failed.outcome}: ${failed.text}`);
  return { seconds, calls };
}
