import type { AssumptionName } from '../../access/index.ts';
import type { LogEntry } from './context.ts';
import { makeControl } from './control.ts';
import { makeLab } from './lab.ts';
import { articleSeed } from './seed/article.ts';
import { awsServer, listen } from './server.ts';

/** How a lab is started. */
export interface LabOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Without what the article sets up: three accounts and a cluster alone. */
  readonly bare?: boolean;
  /** Region of the shell exports. */
  readonly region?: string;
  readonly assume?: readonly AssumptionName[];
  readonly now: () => Date;
  readonly onLog?: (entry: LogEntry) => void;
}

/** A lab that runs. */
export interface RunningLab {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/** Starts a lab on loopback. Throws Node's errors of listening. */
export async function startLab({
  port,
  bare = false,
  region = 'eu-west-1',
  assume,
  now,
  onLog,
}: LabOptions): Promise<RunningLab> {
  const lab = makeLab({
    initial: articleSeed(now(), bare),
    now,
    ...(assume === undefined ? {} : { assume }),
    ...(onLog === undefined ? {} : { onLog }),
  });
  let endpoint = '';
  const control = makeControl(lab, { endpoint: () => endpoint, region, calls: {} });
  const server = awsServer(lab, control);
  endpoint = `http://127.0.0.1:${await listen(server, port)}`;
  return {
    endpoint,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
