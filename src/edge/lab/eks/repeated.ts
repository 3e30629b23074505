import type { Lab } from '../context.ts';
import type { EksCall } from './call.ts';

type Result = Readonly<Record<string, unknown>>;

interface Answered {
  readonly asked: string;
  readonly result: Result;
}

/** Answers by the client's token, newest last; of each lab as long as it runs. */
const answered = new WeakMap<Lab, Map<string, Answered>>();

/** Tokens that are remembered; a client that repeats a call does so at once. */
const MOST = 1_000;

/**
 * Runs a call that changes something, or, when it is the repetition of one (the same clientRequestToken, the same
 * parameters, the same caller's account), gives the answer of the first (EKS API reference, clientRequestToken).
 */
export function onceForToken(call: EksCall, run: () => Result): Result {
  const token = Object.hasOwn(call.body, 'clientRequestToken') ? call.body['clientRequestToken'] : undefined;
  if (typeof token !== 'string') return run();
  const known = answered.get(call.lab) ?? new Map<string, Answered>();
  answered.set(call.lab, known);
  const asked = JSON.stringify([call.operation, call.caller.account, call.region, call.segments, call.body]);
  const before = known.get(token);
  if (before?.asked === asked) return before.result;
  const result = run();
  known.set(token, { asked, result });
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  return result;
}
