import * as aws from '../../src/edge/aws/index.ts';
import type { Collection, CollectRequest, CollectWorld } from '../../src/edge/collect/index.ts';
import { accountEntrance, type Entrance } from '../../src/edge/credentials/index.ts';
import * as kube from '../../src/edge/kube/index.ts';
import { type Inventory, makeInventory } from '../../src/inventory/index.ts';

export const PLATFORM = '111111111111';
export const DELIVERY = '222222222222';
export const PROD = `arn:aws:eks:eu-west-1:${PLATFORM}:cluster/prod`;

/** A request for some accounts and clusters. */
export function requestFor(more: Partial<CollectRequest> = {}): CollectRequest {
  return { accounts: [{ id: PLATFORM }], clusters: [PROD], principals: [], rolePaths: ['/causeway/'], ...more };
}

/** A world whose clock stands still until somebody sleeps, and in which nobody waits. */
export function worldOf(
  env: Readonly<Record<string, string>>,
  { entrances = {}, ...more }: { entrances?: Readonly<Record<string, Entrance>> } & Partial<CollectWorld> = {},
): CollectWorld & { readonly slept: number[] } {
  const slept: number[] = [];
  const start = Date.now();
  const enter = accountEntrance({
    env: { AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true', ...env },
    home: '/nowhere',
    cwd: '/nowhere',
    now: () => new Date(),
    note: () => {},
  });
  return {
    aws,
    kube,
    enter: ({ id }) => {
      const entrance = entrances[id];
      return enter({ id, ...(entrance === undefined ? {} : { entrance }) });
    },
    proxyFor: () => undefined,
    now: () => new Date(start + slept.reduce((sum, each) => sum + each, 0)),
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
    },
    random: () => 0.5,
    slept,
    ...more,
  };
}

/** The inventory of a reading. */
export function inventoryOf({ files }: Collection): Inventory {
  return makeInventory(files.map(({ path, text }) => ({ path, size: text.length, text: () => text })));
}
