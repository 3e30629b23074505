import { setTimeout as sleep } from 'node:timers/promises';
import { didYouMean } from '../../base/index.ts';
import type { Collection, CollectRequest } from '../../edge/collect/index.ts';
import { accountEntrance, type Entered, type Entrance, makeToken, proxyFor } from '../../edge/credentials/index.ts';
import { type Inventory, makeInventory, type Source } from '../../inventory/index.ts';
import type { Io } from '../context.ts';
import { usage } from '../exit.ts';
import { orCliError } from '../kubeconfig/around.ts';
import { surroundings } from '../surroundings.ts';
import type { contextTarget } from '../whoami/target.ts';

/** What is read live, and how each account is entered. */
export interface LiveRequest extends CollectRequest {
  /** By alias or id of an account: `--credentials`, or the pattern of a grants file. */
  readonly entrances: ReadonlyMap<string, Entrance>;
  /** `--region`. */
  readonly region?: string;
  /** Which flags name other credentials, where it is not `--credentials ALIAS=…`. */
  readonly advice?: string;
  /** Contexts of the kubeconfig by the ARN of their cluster, and with whose tokens they are used. */
  readonly contexts?: ReadonlyMap<string, ReturnType<typeof contextTarget>>;
}

/** Told of what is going on; for a person who waits. */
export interface LiveListener {
  readonly onCall?: (operation: string, account: string) => void;
  readonly onDone?: (what: string) => void;
}

/**
 * Reads accounts and clusters live, with read-only calls, as `causeway collect` writes them and `--live` takes them. Throws a
 * CliError when credentials are of another account than the one they were named for: nothing was read then.
 */
export async function collectLive(
  request: LiveRequest,
  io: Io,
  listener: LiveListener = {},
  enter: Enter = entering(request, io),
): Promise<Collection> {
  const names = request.accounts.flatMap(({ id, alias }) => [id, ...(alias === undefined ? [] : [alias])]);
  const owners = request.clusters.map((arn) => arn.split(':')[4] ?? '');
  const stray = [...request.entrances.keys()].find((name) => !names.includes(name) && !owners.includes(name));
  if (stray !== undefined) throw usage(`--credentials ${stray}=…: no account is called "${stray}"`, ...didYouMean(stray, names));
  const [{ collect }, aws, kube] = await Promise.all([
    import('../../edge/collect/index.ts'),
    import('../../edge/aws/index.ts'),
    import('../../edge/kube/index.ts'),
  ]);
  return orCliError(() =>
    collect(request, {
      aws,
      kube,
      enter,
      wayTo: (arn) => {
        const found = request.contexts?.get(arn);
        if (found === undefined) return undefined;
        const { cluster: _, id, ...access } = found.target;
        const proxyUrl = access.proxyUrl ?? proxyFor(access.server, io.env);
        return {
          access: { ...access, ...(proxyUrl === undefined ? {} : { proxyUrl }) },
          token: async () => (await makeToken(id, found.request, surroundings(io))).token,
        };
      },
      proxyFor: (url) => proxyFor(url, io.env),
      now: io.now,
      sleep: (milliseconds) => sleep(milliseconds),
      random: Math.random,
      ...listener,
    }),
  );
}

/** Enters an account; one that was entered stays so. */
export type Enter = (account: { readonly id: string; readonly alias?: string }) => Promise<Entered>;

/** How the accounts of a request are entered: each once, by what was named for it, else with the default credentials. */
export function entering(request: LiveRequest, io: Io): Enter {
  const { region: asked, advice } = request;
  const enter = accountEntrance(surroundings(io), {
    ...(asked === undefined ? {} : { region: asked }),
    ...(advice === undefined ? {} : { advice }),
  });
  const all = new Map<string, Promise<Entered>>();
  return ({ id, alias }) => {
    const entrance = (alias === undefined ? undefined : request.entrances.get(alias)) ?? request.entrances.get(id);
    const region = regionFor(id, request.clusters);
    const found =
      all.get(id) ??
      enter({
        id,
        ...(alias === undefined ? {} : { alias }),
        ...(entrance === undefined ? {} : { entrance }),
        ...(region === undefined ? {} : { region }),
      });
    all.set(id, found);
    return found;
  };
}

/** Where STS is asked when nobody says: where the account's own cluster is, else where any is. */
function regionFor(account: string, clusters: readonly string[]): string | undefined {
  return (clusters.find((arn) => arn.split(':')[4] === account) ?? clusters[0])?.split(':')[3];
}

/** The inventory of what was read. */
export function inventoryOf({ files }: Pick<Collection, 'files'>): Inventory {
  return makeInventory(files.map(({ path, text }): Source => ({ path, size: Buffer.byteLength(text), text: () => text })));
}
