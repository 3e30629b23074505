import type { Io } from '../context.ts';
import type { LiveListener } from './live.ts';

/** Shows on a terminal how far a reading is; elsewhere nothing. */
export function makeProgress(total: number, { stderr }: Pick<Io, 'stderr'>): LiveListener & { readonly end: () => void } {
  if (stderr.isTTY !== true) return { end: () => {} };
  let calls = 0;
  let done = 0;
  const show = (): unknown => stderr.write(`\r\u001b[Kreading: ${done} of ${total} accounts and clusters, ${calls} calls`);
  return {
    onCall: () => {
      calls++;
      show();
    },
    onDone: () => {
      done++;
      show();
    },
    end: () => stderr.write('\r\u001b[K'),
  };
}
