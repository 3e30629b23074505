import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Authenticator,
  createLog,
  readServerConfig,
  startAuthenticator,
  type WatchConfigMap,
} from '../../src/edge/authenticator/index.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { type Ec2Double, type Ec2World, startEc2 } from '../loopback/ec2.ts';
import { type StsCaller, type StsDouble, type StsWorld, startSts } from '../loopback/sts.ts';

/** A session of role/ci in account 222222222222. */
export const CI: StsCaller = {
  accessKeyId: 'ASIACI00000000000001',
  secretAccessKey: 'canary-secret-of-ci/0123456789abcdefghijk',
  sessionToken: 'canary-session-token/of+ci==',
  arn: 'arn:aws:sts::222222222222:assumed-role/ci/build-7',
  userId: 'AROACI:build-7',
};

/** A user in account 333333333333, whom nothing maps. */
export const EVE: StsCaller = {
  accessKeyId: 'AKIAEVE0000000000001',
  secretAccessKey: 'canary-secret-of-eve/0123456789abcdefghij',
  arn: 'arn:aws:iam::333333333333:user/eve',
  userId: 'AIDAEVE',
};

/** The configuration that most tests serve. */
export const CONFIG = `clusterID: demo
server:
  mapRoles:
  - roleARN: arn:aws:iam::222222222222:role/ci
    username: ci:{{SessionName}}
    groups: [deployers]
`;

/** What a test changes about the surroundings. */
export interface WorldOptions {
  readonly config?: string;
  readonly sts?: Partial<StsWorld>;
  readonly now?: () => number;
  /** Where STS is said to be, instead of the double. */
  readonly origin?: string;
  readonly onReload?: (good: boolean) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** EC2 and who the server is to it; without it there are neither region nor credentials. */
  readonly ec2?: Ec2World;
  /** Stands for the watch of aws-auth. */
  readonly watch?: WatchConfigMap;
}

/** A webhook over TLS with a double of STS behind it. */
export interface World {
  readonly sts: StsDouble;
  readonly ec2: Ec2Double | undefined;
  readonly webhook: Authenticator;
  readonly folder: string;
  readonly file: string;
  /** Everything that was logged. */
  readonly log: () => string;
  /** A token of a caller for this cluster. */
  readonly token: (
    caller?: StsCaller,
    change?: { readonly cluster?: string; readonly secret?: string; readonly at?: Date },
  ) => string;
  readonly review: (token: string, more?: object) => Promise<Reply>;
  readonly send: (options: Sent) => Promise<Reply>;
  readonly metrics: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** A request as a test writes it. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly json: () => unknown;
}

/** Starts a world in a folder of its own, on ports of its own. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-authenticator-'));
  const file = join(folder, 'config.yaml');
  const text = options.config ?? CONFIG;
  await writeFile(file, text);
  const sts = await startSts({ callers: [CI, EVE], tls: [], ...options.sts });
  const ec2 = options.ec2 === undefined ? undefined : await startEc2(options.ec2);
  const [self] = options.ec2?.callers ?? [];
  const ofEc2: Record<string, string> =
    ec2 === undefined || self === undefined
      ? {}
      : {
          AWS_REGION: 'eu-west-1',
          AWS_ENDPOINT_URL_EC2: ec2.url,
          AWS_ACCESS_KEY_ID: self.accessKeyId,
          AWS_SECRET_ACCESS_KEY: self.secretAccessKey,
          ...(self.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: self.sessionToken }),
        };
  const overrides = {
    port: 0,
    healthPort: 0,
    stateDir: join(folder, 'state'),
    generateKubeconfig: join(folder, 'kubeconfig.yaml'),
  };
  const result = readServerConfig(text, file, overrides);
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  let log = '';
  const webhook = await startAuthenticator({
    config: result.config,
    file: { path: file, text },
    overrides,
    labOrigins: [options.origin ?? sts.url],
    ...(sts.ca === undefined ? {} : { labCa: sts.ca }),
    log: createLog({ write: (line) => (log += line) }, 'json'),
    now: options.now ?? Date.now,
    around: { env: { ...ofEc2, ...options.env }, home: folder, cwd: folder },
    loadWatch: () =>
      options.watch === undefined ? Promise.reject(new Error('nothing is watched')) : Promise.resolve(options.watch),
    ...(options.onReload === undefined ? {} : { onReload: options.onReload }),
  });
  // The certificate is made for localhost; its trust is what the tests of the certificate are about.
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const send = (sent: Sent): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { method = 'POST', path = '/authenticate', body, headers = {} } = sent;
      const req = request({ agent, host: '127.0.0.1', port: webhook.port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          const type = response.headers['content-type'] ?? '';
          resolve({ status: response.statusCode ?? 0, type, body: answer, json: () => JSON.parse(answer) as unknown });
        });
      });
      req.on('error', reject);
      req.end(body);
    });
  return {
    sts,
    ec2,
    webhook,
    folder,
    file,
    log: () => log,
    token: (caller = CI, change = {}) =>
      eksToken({
        cluster: change.cluster ?? 'demo',
        credentials: { ...caller, secretAccessKey: change.secret ?? caller.secretAccessKey },
        endpoint: { url: `${options.origin ?? sts.url}/`, signingRegion: 'us-east-1' },
        at: change.at ?? new Date(options.now?.() ?? Date.now()),
      }),
    send,
    review: (token, more = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview' }) =>
      send({ body: JSON.stringify({ ...more, spec: { token, ...('spec' in more ? (more.spec as object) : {}) } }) }),
    metrics: async () => (await send({ method: 'GET', path: '/metrics' })).body,
    close: async () => {
      agent.destroy();
      await webhook.stop();
      await sts.close();
      await ec2?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
