import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A moto_server of its own on a loopback port: an AWS that nobody of this project wrote. */
export interface Moto {
  readonly url: string;
  /** What the aws CLI needs to talk to it. */
  readonly env: Readonly<Record<string, string>>;
  /** An action of a query API (IAM); throws when it is refused. */
  readonly query: (
    service: string,
    version: string,
    action: string,
    parameters?: Readonly<Record<string, string>>,
  ) => Promise<string>;
  /** An action of a JSON API (Organizations); throws when it is refused. */
  readonly json: (service: string, target: string, body?: object) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** The account that moto plays when nobody says another. */
export const MOTO_ACCOUNT = '123456789012';

const LONGEST_START = 90_000;

/** Starts it and waits until it says where it listens; a server that does not come up in 90 seconds is ended. */
export async function startMoto(): Promise<Moto> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`moto_server did not come up: ${said}`));
    }, LONGEST_START);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', () => {
      clearTimeout(timer);
      reject(new Error(`moto_server ended: ${said}`));
    });
  });
  const authorization = (service: string): string =>
    `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const post = async (service: string, headers: Readonly<Record<string, string>>, body: string): Promise<string> => {
    const answer = await fetch(url, { method: 'POST', headers: { authorization: authorization(service), ...headers }, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
    return text;
  };
  return {
    url,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
    },
    query: (service, Version, Action, parameters = {}) =>
      post(
        service,
        { 'content-type': 'application/x-www-form-urlencoded' },
        new URLSearchParams({ Action, Version, ...parameters }).toString(),
      ),
    json: async (service, target, body = {}) =>
      JSON.parse(
        (await post(service, { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }, JSON.stringify(body))) ||
          '{}',
      ),
    stop,
  };
}
