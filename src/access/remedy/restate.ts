import type { Answer, Remedy } from '../types.ts';

/**
 * The smallest remedy of all: no policy needs to change, only what the caller states does not fit (a wrong external ID).
 *
 * @param unstated the answer to the same question with nothing stated
 */
export function restate(unstated: Answer): Remedy | undefined {
  if (unstated.decision !== 'allow') return undefined;
  const roles = unstated.hops.filter(({ kind }) => kind === 'assume').map(({ to }) => to);
  const path = roles.length === 0 ? '' : ` by way of ${roles.join(', then ')}`;
  const wanted = unstated.conditions.map(({ hop, example, text }) => `hop ${hop}: ${example ?? text}`).join(', ');
  const text = `no policy needs to change, what is stated does not fit: it would be allowed${path} with ${wanted === '' ? 'nothing stated' : wanted}`;
  return {
    steps: [{ owner: unstated.caller, text, command: '', change: null }],
    proven: true,
    after: unstated.firm ? 'allow' : 'conditional',
    conditions: unstated.conditions,
    gains: [],
  };
}
