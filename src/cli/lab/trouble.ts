import type { Io } from '../context.ts';
import { failed } from '../exit.ts';
import { askLab } from './call.ts';

/** What to tell when a lab did not start: a CliError where the reason is not a fault of ours, else the error itself. */
export async function cannotStart(io: Pick<Io, 'env'>, port: number, error: unknown): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  // A class of the room's own bundle is not the one that is seen here.
  if (error.name === 'StateProblem') {
    const hint = 'hint' in error ? error.hint : undefined;
    return failed(error.message, ...(typeof hint === 'string' ? [hint] : []));
  }
  // A file that may not be read has the same code as a port that may not be used.
  const code = 'code' in error && 'syscall' in error && error.syscall === 'listen' ? error.code : undefined;
  if (code === 'EACCES') return failed(`port ${port} may not be used by this user`, '--port takes another, 0 any that is free');
  if (code !== 'EADDRINUSE') return error;
  const endpoint = `http://127.0.0.1:${port}`;
  const isLab = await askLab(io, { endpoint }, 'log', {}).then(
    () => true,
    () => false,
  );
  return isLab
    ? failed(
        `a lab runs at ${endpoint} already`,
        `use it: eval "$(causeway lab env --endpoint ${endpoint})"`,
        '--port 0 starts another beside it',
      )
    : failed(`port ${port} of 127.0.0.1 is taken by something else`, '--port 0 takes any that is free');
}
