import type { Surroundings } from '../edge/credentials/index.ts';
import type { Io } from './context.ts';
import { labelled } from './error.ts';

/** What the room of credentials is given of the world; the AWS SDK is loaded when one of the rare sources needs it. */
export function surroundings(io: Io): Surroundings {
  return {
    env: io.env,
    home: io.home,
    cwd: io.cwd,
    now: io.now,
    sdk: async (need) => (await import('../edge/aws/index.ts')).sdkCredentials(need),
    note: (text) => io.stderr.write(labelled('note', text)),
    ...(io.ask === undefined ? {} : { ask: io.ask }),
  };
}
