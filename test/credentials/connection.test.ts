import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveCredentials, type Surroundings } from '../../src/edge/credentials/index.ts';
import { connectionOf, proxyFor } from '../../src/edge/credentials/settings.ts';
import { readSharedFiles } from '../../src/edge/credentials/shared-files.ts';
import { type StsDouble, startSts } from '../loopback/sts.ts';

const role = 'arn:aws:iam::111111111111:role/ops';
const alice = {
  accessKeyId: 'AKIAALICE',
  secretAccessKey: 'secret',
  arn: 'arn:aws:iam::222222222222:user/alice',
  userId: 'AIDAALICE',
};

let folder: string;
let sts: StsDouble;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-connection-'));
  sts = await startSts({ callers: [alice], roles: [{ arn: role }], tls: [] });
  writeFileSync(join(folder, 'ca.pem'), sts.ca ?? '');
});
afterAll(async () => {
  await sts.close();
  rmSync(folder, { recursive: true });
});

function around(env: Record<string, string>, config = ''): Surroundings {
  writeFileSync(join(folder, 'config'), config);
  const files = { AWS_CONFIG_FILE: 'config', AWS_SHARED_CREDENTIALS_FILE: 'none' };
  return { env: { ...files, ...env }, home: folder, cwd: folder, now: () => new Date(), note: () => undefined };
}

const config = `[default]
region = eu-west-1
[profile local]
region = eu-west-2
services = here
endpoint_url = http://127.0.0.1:2
[services here]
sts =
  endpoint_url = http://127.0.0.1:1/
s3 =
  endpoint_url = http://127.0.0.1:9
[profile general]
region = eu-west-2
endpoint_url = http://127.0.0.1:2/base
[profile old]
region = us-west-2
sts_regional_endpoints = legacy
[profile safe]
region = us-west-2
use_fips_endpoint = true
use_dualstack_endpoint = TRUE
ca_bundle = ~/ca.pem
`;

describe('where STS is asked', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['default', {}, 'https://sts.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['default', { AWS_DEFAULT_REGION: 'eu-west-3' }, 'https://sts.eu-west-3.amazonaws.com', 'eu-west-3'],
    [
      'default',
      { AWS_DEFAULT_REGION: 'eu-west-3', AWS_REGION: 'cn-north-1' },
      'https://sts.cn-north-1.amazonaws.com.cn',
      'cn-north-1',
    ],
    ['local', {}, 'http://127.0.0.1:1', 'eu-west-2'],
    ['local', { AWS_ENDPOINT_URL: 'http://127.0.0.1:3' }, 'http://127.0.0.1:3', 'eu-west-2'],
    [
      'local',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:3', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:4' },
      'http://127.0.0.1:4',
      'eu-west-2',
    ],
    ['local', { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, 'https://sts.eu-west-2.amazonaws.com', 'eu-west-2'],
    ['general', {}, 'http://127.0.0.1:2/base', 'eu-west-2'],
    ['old', {}, 'https://sts.amazonaws.com', 'us-east-1'],
    ['old', { AWS_STS_REGIONAL_ENDPOINTS: 'regional' }, 'https://sts.us-west-2.amazonaws.com', 'us-west-2'],
    ['safe', {}, 'https://sts-fips.us-west-2.api.aws', 'us-west-2'],
    ['safe', { AWS_USE_FIPS_ENDPOINT: 'false' }, 'https://sts.us-west-2.api.aws', 'us-west-2'],
  ])('profile %s, %o', (profile, env, url, signingRegion) => {
    const world = around(env, config);
    expect(connectionOf(undefined, profile, readSharedFiles(world), world).endpoint).toEqual({ url, signingRegion });
  });

  it('trusts the bundle of the profile, whose name starts at home', () => {
    const world = around({}, config);
    expect(connectionOf(undefined, 'safe', readSharedFiles(world), world).caBundle).toBe(join(folder, 'ca.pem'));
  });
});

describe('a proxy', () => {
  const env = {
    HTTPS_PROXY: 'http://proxy:3128',
    NO_PROXY: 'localhost, .internal,*.eu-west-1.amazonaws.com 127.0.0.1,other.example:8443,[::1]',
  };
  it.each<[string, Record<string, string>, string | undefined]>([
    ['https://sts.us-east-1.amazonaws.com', {}, 'http://proxy:3128'],
    ['https://sts.eu-west-1.amazonaws.com', {}, undefined],
    ['https://localhost:1', {}, undefined],
    ['https://notlocalhost', {}, 'http://proxy:3128'],
    ['https://sts.internal', {}, undefined],
    ['https://127.0.0.1', {}, undefined],
    ['https://other.example:8443', {}, undefined],
    ['https://other.example', {}, 'http://proxy:3128'],
    ['http://sts.example', {}, undefined],
    ['http://sts.example', { http_proxy: 'other:8080' }, 'http://other:8080'],
    ['https://sts.us-east-1.amazonaws.com', { https_proxy: 'http://first:1' }, 'http://first:1'],
    ['https://sts.us-east-1.amazonaws.com', { no_proxy: '*' }, undefined],
  ])('for %s with %o is %s', (url, more, proxy) => expect(proxyFor(url, { ...env, ...more })).toBe(proxy));
});

describe('over TLS', () => {
  const keys = { AWS_ACCESS_KEY_ID: alice.accessKeyId, AWS_SECRET_ACCESS_KEY: alice.secretAccessKey, AWS_REGION: 'eu-west-1' };
  const ask = (env: Record<string, string>) =>
    resolveCredentials({ roles: [{ arn: role }], cache: false }, around({ ...keys, AWS_ENDPOINT_URL: sts.url, ...env }));

  it('a CA of one’s own is trusted when it is named, and only then', async () => {
    expect((await ask({ AWS_CA_BUNDLE: 'ca.pem' })).hops).toHaveLength(1);
    await expect(ask({})).rejects.toMatchObject({
      message: expect.stringMatching(/hop 1 of 1, .* the certificate of 127\.0\.0\.1:\d+ is not trusted/),
      hints: [expect.stringContaining('AWS_CA_BUNDLE')],
    });
  });

  it('the proxy of the environment is gone through, to STS alone', async () => {
    const asked: string[] = [];
    const sockets: Duplex[] = [];
    const proxy = createServer().on('connect', (request, socket, head) => {
      asked.push(request.url ?? '');
      sockets.push(socket);
      const [host, port] = (request.url ?? '').split(':');
      const there = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        there.write(head);
        there.pipe(socket).pipe(there);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      expect((await ask({ AWS_CA_BUNDLE: 'ca.pem', HTTPS_PROXY })).hops).toHaveLength(1);
      expect(asked).toEqual([`127.0.0.1:${sts.port}`, `127.0.0.1:${sts.port}`]);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    }
  });
});
