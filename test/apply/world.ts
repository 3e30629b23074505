import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Clients } from '../../src/edge/apply/admins.ts';
import {
  type Admins,
  type ApplyEvent,
  type Clock,
  type Doors,
  makeHands,
  openAdmins,
  runSteps,
  type StepResult,
  type Wire,
} from '../../src/edge/apply/index.ts';
import { type AwsAccess, eksClient, iamAdmin, iamClient } from '../../src/edge/aws/index.ts';
import { type KubeAccess, kubeSender } from '../../src/edge/kube/index.ts';
import { type ExportedFile, type LogEntry, type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import type { Step } from '../../src/grants/index.ts';
import { type Inventory, makeInventory } from '../../src/inventory/index.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { cli } from '../cli/run.ts';
import { askLab, enter } from '../loopback/lab.ts';

export const [PLATFORM, DELIVERY, SECURITY] = ['111111111111', '222222222222', '333333333333'] as const;
/** Name of the grants file of the tests. */
export const FILE = 'platform-access';

export const REGION = 'eu-west-1';
export const PROD = `arn:aws:eks:${REGION}:${PLATFORM}:cluster/prod`;

/** A lab on loopback, and the ways into it as its administrators. */
export interface LabWorld {
  readonly lab: RunningLab;
  readonly access: (as: string) => Promise<AwsAccess>;
  readonly kubeAccess: (as: string) => Promise<KubeAccess>;
  readonly doors: Doors;
  /** The inventory folder of the lab as it is now, without the moment at which it was written. */
  readonly exported: () => Promise<readonly ExportedFile[]>;
  readonly inventory: () => Promise<Inventory>;
  /** Exit code of `causeway can-i` on that folder. */
  readonly canI: (words: readonly string[]) => Promise<number>;
}

/** What of a lab a test chooses. */
interface LabChoice {
  readonly mode?: string;
  /** Told of every call as it is answered. */
  readonly onLog?: (entry: LogEntry) => void;
}

/** A bare lab in mode API_AND_CONFIG_MAP with the namespace my-app-ns and the two callers of the article. */
export async function labWorld({ mode = 'API_AND_CONFIG_MAP', onLog = () => {} }: LabChoice = {}): Promise<LabWorld> {
  const lab = await startLab({ port: 0, bare: true, now: () => new Date(), onLog });
  const keys = new Map<string, Promise<AwsAccess>>();
  const access = (as: string): Promise<AwsAccess> => {
    const made = async (): Promise<AwsAccess> => {
      const { credentials } = await enter(lab, as);
      return { region: REGION, credentials, endpoint: lab.endpoint };
    };
    const found = keys.get(as) ?? made();
    keys.set(as, found);
    return found;
  };
  const { kubeconfig } = await askLab<{ readonly kubeconfig: string }>(lab, 'kubeconfig');
  const { cluster } = (parse(kubeconfig) as { readonly clusters: readonly { readonly cluster: Record<string, string> }[] })
    .clusters[0] as { readonly cluster: Record<string, string> };
  const kubeAccess = async (as: string): Promise<KubeAccess> => {
    const { credentials } = await access(as);
    const endpoint = { url: lab.endpoint, signingRegion: REGION };
    const token = eksToken({ cluster: 'prod', credentials, endpoint, at: new Date() });
    return { server: cluster.server ?? '', ca: cluster['certificate-authority-data'] ?? '', token };
  };
  const exported = async (): Promise<readonly ExportedFile[]> => {
    const { files } = await askLab<{ readonly files: readonly ExportedFile[] }>(lab, 'export');
    return files.map(({ path, text }) => ({ path, text: text.replace(/"collectedAt": "[^"]*"/, '"collectedAt": ""') }));
  };
  const world: LabWorld = {
    ...{ lab, access, kubeAccess, exported },
    doors: {
      aws: ({ account }) => access(`${account}/admin`),
      kubernetes: () => kubeAccess(`${PLATFORM}/admin`),
    },
    inventory: async () =>
      makeInventory((await exported()).map(({ path, text }) => ({ path, size: text.length, text: () => text }))),
    canI: async (words) => {
      const folder = mkdtempSync(join(tmpdir(), 'causeway-apply-'));
      try {
        for (const { path, text } of await exported()) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
        return (await cli(['can-i', ...words, '--inventory', folder], { now: () => new Date() })).exit;
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
  await furnish(world, mode);
  return world;
}

async function furnish({ access, kubeAccess }: LabWorld, mode: string): Promise<void> {
  if (mode !== 'CONFIG_MAP') await updateMode(await access(`${PLATFORM}/admin`), mode);
  const kube = await kubeSender(await kubeAccess(`${PLATFORM}/admin`));
  await kube({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'my-app-ns' } } });
  for (const [account, name, service] of [
    [DELIVERY, 'ci-runner', 'codebuild.amazonaws.com'],
    [SECURITY, 'SecurityAudit', 'ec2.amazonaws.com'],
  ] as const) {
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    });
    const arn = `arn:aws:iam::${account}:role/${name}`;
    await (await iamOf(access, account)).createRole({ arn, trust, description: '', maxSessionDuration: 3600, tags: {} });
  }
}

async function updateMode(access: AwsAccess, authenticationMode: string): Promise<void> {
  const { UpdateClusterConfigCommand } = await import('@aws-sdk/client-eks');
  const client = eksClient(access);
  const accessConfig = { authenticationMode: authenticationMode as 'API' };
  await client.send(new UpdateClusterConfigCommand({ name: 'prod', accessConfig }));
  client.destroy();
}

/** IAM of an account as its administrator, without anything in between. */
export async function iamOf(access: LabWorld['access'], account: string): Promise<ReturnType<typeof iamAdmin>> {
  const client = iamClient(await access(`${account}/admin`));
  return iamAdmin((_, send) => send(client));
}

/** A clock that stands still but for those who wait; who waits at the same time waits together. */
function stillClock(from = 0): Clock {
  let at = from;
  return {
    now: () => at,
    sleep: async (milliseconds) => {
      const until = at + milliseconds;
      await Promise.resolve();
      at = Math.max(at, until);
    },
    random: () => 0.5,
  };
}

/** How a test runs steps. */
export interface Running {
  readonly wire?: Wire;
  readonly doors?: Partial<Doors>;
  readonly mayAdopt?: boolean;
  readonly signal?: AbortSignal;
  readonly events?: ApplyEvent[];
  readonly clients?: Clients;
  /** Backups on the disk. */
  readonly kept?: Map<string, string>;
  /** When it begins, in milliseconds. */
  readonly from?: number;
}

/** The APIs of a lab, or of what plays one. */
export function adminsOf(
  world: Pick<LabWorld, 'doors'>,
  { wire = plainWire, ...how }: Running = {},
  clock = stillClock(),
): Admins {
  const doors = { ...world.doors, ...how.doors };
  const clients = how.clients === undefined ? {} : { clients: how.clients };
  return openAdmins({ doors, clock, wire, onWait: () => {}, regionOf: () => REGION, ...clients });
}

/** Runs steps on the lab with a clock that nobody waits for. */
export function runOn(world: Pick<LabWorld, 'doors'>, steps: readonly Step[], how: Running = {}): Promise<readonly StepResult[]> {
  const { mayAdopt = false, signal, events = [], kept = new Map<string, string>() } = how;
  const clock = stillClock(how.from);
  const onEvent = (event: ApplyEvent): void => {
    events.push(event);
  };
  const keep = (name: string, text: string): string => {
    kept.set(name, text);
    return name;
  };
  const hands = makeHands(adminsOf(world, how, clock), { keep, now: () => new Date(), onEvent });
  const rest = signal === undefined ? {} : { signal };
  return runSteps(steps, { owner: FILE, mayAdopt, hands, clock, onEvent, ...rest });
}

/** The outcomes, with their reasons. */
export function told(results: readonly StepResult[]): readonly string[] {
  return results.map(({ outcome, text }) => (text === '' ? outcome : `${outcome}: ${text}`));
}

/** A wire that nothing is wrong with. */
const plainWire: Wire = (_, send) => send();
