import { type LogEntry, type RunningLab, startLab } from '../../src/edge/lab/index.ts';

/** A lab of this process with the way into it. */
export interface LabDouble {
  readonly lab: RunningLab;
  readonly log: readonly LogEntry[];
  /** Environment of a shell that is somebody: `111111111111/admin`. */
  readonly shell: (as: string) => Promise<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** Starts a lab as the article has it. */
export async function startLabDouble({ bare = false }: { readonly bare?: boolean } = {}): Promise<LabDouble> {
  const log: LogEntry[] = [];
  const lab = await startLab({ port: 0, bare, now: () => new Date(), onLog: (entry) => log.push(entry) });
  return {
    lab,
    log,
    shell: async (as) => {
      const headers = { 'x-causeway-lab': '1' };
      const answer = await fetch(`${lab.endpoint}/_causeway/env`, { method: 'POST', headers, body: JSON.stringify({ as }) });
      const { credentials } = (await answer.json()) as { readonly credentials: Readonly<Record<string, string>> };
      const { accessKeyId = '', secretAccessKey = '', sessionToken } = credentials;
      return {
        AWS_ENDPOINT_URL: lab.endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
      };
    },
    close: lab.close,
  };
}
