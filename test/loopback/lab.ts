import { type EnvAnswer, type LogEntry, type RunningLab, startLab } from '../../src/edge/lab/index.ts';

type Credentials = EnvAnswer['credentials'];

/** Where a lab is. */
export type LabAt = Pick<RunningLab, 'endpoint'>;

/** Asks a lab by its own way in, as the commands of `causeway lab` do; throws with what it refuses. */
export async function askLab<T extends object>({ endpoint }: LabAt, name: string, body: object = {}): Promise<T> {
  const init = { method: 'POST', headers: { 'x-causeway-lab': '1' }, body: JSON.stringify(body) };
  const answer = (await (await fetch(`${endpoint}/_causeway/${name}`, init)).json()) as T | { readonly error: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}

/** What a lab tells somebody (`111111111111/admin`) who comes in. */
export function enter(lab: LabAt, as: string): Promise<EnvAnswer> {
  return askLab(lab, 'env', { as });
}

/** Credentials as STS and IAM give them. */
export interface Printed {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
}

/** The same in the words of this project. */
export function credentialsIn({ AccessKeyId, SecretAccessKey, SessionToken }: Printed): Credentials {
  const key = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  return SessionToken === undefined ? key : { ...key, sessionToken: SessionToken };
}

/** Credentials as variables of a shell. */
export function keysOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}

/** Credentials as a section of a credentials file. */
export function profileOf(name: string, credentials: Credentials): string {
  const lines = Object.entries(keysOf(credentials)).map(([key, value]) => `${key.toLowerCase()}=${value}\n`);
  return `[${name}]\n${lines.join('')}`;
}

/** The variables that `causeway lab env` exports. */
export function exportedBy(printed: string): Record<string, string> {
  const found = [...printed.matchAll(/((?:AWS|CAUSEWAY)_\w+)=(\S+)/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}

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
    shell: async (as) => ({ AWS_ENDPOINT_URL: lab.endpoint, ...keysOf((await enter(lab, as)).credentials) }),
    close: lab.close,
  };
}
