import type { AwsCaller, Gate } from '../aws/index.ts';
import { type Notebook, stateOf, wordsOf } from './notebook.ts';
import type { CollectRequest, CollectSession, CollectWorld } from './types.ts';

/** What every part of a reading works with. */
export interface Context {
  readonly request: CollectRequest;
  readonly world: CollectWorld;
  readonly book: Notebook;
  /** One for each API of an account and region: all its calls go through it. */
  readonly gate: (api: string) => Gate;
  readonly count: (operation: string, account: string) => void;
}

/** Makes the context of one reading. */
export function makeContext(request: CollectRequest, world: CollectWorld, book: Notebook, count: Context['count']): Context {
  const gates = new Map<string, Gate>();
  const gate = (api: string): Gate => {
    const known = gates.get(api);
    if (known !== undefined) return known;
    const { sleep, random } = world;
    const fresh = world.aws.makeGate({ now: () => world.now().getTime(), sleep, random });
    gates.set(api, fresh);
    return fresh;
  };
  return { request, world, book, gate, count };
}

/** As whom, where and how a service of an account is asked. */
export function callerOf(
  { world, gate, count }: Context,
  session: CollectSession,
  service: 'iam' | 'eks' | 'organizations',
  region: string,
): AwsCaller {
  const reach = session.reach(service, region);
  const { timeoutMs } = world;
  const time = timeoutMs === undefined ? {} : { timeoutMs };
  return {
    access: () => ({ region, credentials: session.credentials(), ...reach, ...time }),
    renew: session.renew,
    gate: gate(`${service} ${session.account} ${region}`),
    onCall: (operation) => count(operation, session.account),
  };
}

/** Notes a call that gave nothing. */
export function missed(
  { book }: Context,
  account: string,
  where: { readonly path: string; readonly part?: string },
  call: string,
  failure: { readonly code: string; readonly message: string },
): void {
  book.missing({ ...where, state: stateOf(failure), call, error: wordsOf(failure), account });
}
