import { createCache } from './cache.ts';
import type { Rate } from './config.ts';
import type { Ec2Client } from './ec2-client.ts';
import { createLimiter } from './limit.ts';

/** The private DNS name of an instance, or why there is none. */
export type InstanceName = { readonly name: string } | { readonly error: string };

/** Names of instances. */
export interface Ec2Names {
  /** Ends within its time, and never throws. */
  readonly nameOf: (instance: string) => Promise<InstanceName>;
  readonly close: () => void;
}

/** What the names come from, and how often. */
export interface Ec2NamesOptions {
  readonly describe: Ec2Client['describe'];
  readonly rate: () => Rate;
  /** Seconds that a caller is kept waiting, with all that has to be done for its answer. */
  readonly seconds: () => number;
  readonly now: () => number;
}

/** Instances in one call; the original asks for a hundred, whose answers can be larger than is taken here. */
const BATCH = 50;

/** Calls that are under way at once, as in the original. */
const MOST_CALLS = 5;

/** Instances that are waited for at once. */
const MOST_WAITING = 1024;

/** An instance keeps its name as long as it lives, and an id is never given again. */
const KEPT_MS = 3_600_000;

/** An instance that has just been started may be unknown for a moment. */
const ABSENT_MS = 5000;

interface Waiting {
  readonly answer: Promise<InstanceName>;
  readonly resolve: (answer: InstanceName) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Makes the function that names instances: from memory, else by a call of EC2. The same instance twice at once is asked for
 * once; what comes while the rate is used up, or five calls are under way, goes together in the next call (facts §1.7, §1.9;
 * aws-iam-authenticator pkg/ec2provider).
 */
export function createEc2Names({ describe, rate, seconds, now }: Ec2NamesOptions): Ec2Names {
  const names = createCache<string>(8192);
  const absent = createCache<string>(1024);
  const waiting = new Map<string, Waiting>();
  const queue = new Set<string>();
  const limiter = createLimiter(rate);
  let underWay = 0;
  let pause: NodeJS.Timeout | undefined;

  const settle = (instance: string, answer: InstanceName): void => {
    const one = waiting.get(instance);
    if (one === undefined) return;
    clearTimeout(one.timer);
    waiting.delete(instance);
    queue.delete(instance);
    one.resolve(answer);
  };
  const refuse = (instance: string, why: string): void =>
    settle(instance, { error: `failed querying private DNS from EC2 API for node ${instance}: ${why}` });

  const call = async (batch: readonly string[]): Promise<void> => {
    const answer = await describe(batch);
    for (const instance of batch) {
      if ('error' in answer) {
        refuse(instance, answer.error);
        continue;
      }
      const name = answer.names.get(instance);
      if (name !== undefined && isName(name)) {
        names.set(instance, name, now() + KEPT_MS, now());
        settle(instance, { name });
      } else if (name === undefined && !answer.whole) refuse(instance, 'EC2 answered with a part only');
      else {
        const error = whyNone(instance, name);
        absent.set(instance, error, now() + ABSENT_MS, now());
        settle(instance, { error });
      }
    }
  };

  const pump = (): void => {
    while (pause === undefined && queue.size > 0 && underWay < MOST_CALLS) {
      if (!limiter.allows('', now())) {
        pause = setTimeout(() => {
          pause = undefined;
          pump();
        }, 1000 / rate().perSecond);
        return;
      }
      limiter.take('', now());
      const batch = [...queue].slice(0, BATCH);
      for (const instance of batch) queue.delete(instance);
      underWay++;
      void call(batch).finally(() => {
        underWay--;
        pump();
      });
    }
  };

  return {
    nameOf: (instance) => {
      const name = names.get(instance, now());
      if (name !== undefined) return Promise.resolve({ name });
      const error = absent.get(instance, now());
      if (error !== undefined) return Promise.resolve({ error });
      const there = waiting.get(instance);
      if (there !== undefined) return there.answer;
      if (waiting.size >= MOST_WAITING) return Promise.resolve({ error: 'too many instances are being asked for' });
      const { promise: answer, resolve } = Promise.withResolvers<InstanceName>();
      const late = seconds();
      const timer = setTimeout(() => refuse(instance, `no answer within ${late} s`), late * 1000);
      waiting.set(instance, { answer, resolve, timer });
      queue.add(instance);
      pump();
      return answer;
    },
    close: () => {
      clearTimeout(pause);
      for (const instance of [...waiting.keys()]) refuse(instance, 'the server is stopping');
    },
  };
}

/** A DNS name and nothing else: it becomes the name of a user. */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(text);
}

function whyNone(instance: string, name: string | undefined): string {
  if (name === undefined) return `failed to find node ${instance}: EC2 knows no such instance in this account and region`;
  if (name === '') return `failed to find node ${instance}: it has no private DNS name (it has ended, or is not started yet)`;
  return `failed to find node ${instance}: its private DNS name is no DNS name`;
}
