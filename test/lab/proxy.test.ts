import { request } from 'node:http';
import { get as getOverTls } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { answer } from '../../src/edge/lab/answer.ts';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { issueToken } from '../../src/edge/lab/oidc.ts';
import { readAwsHost } from '../../src/edge/lab/proxy/aws-host.ts';
import { destinationOf } from '../../src/edge/lab/proxy/destination.ts';
import { eksToken, sha256, signatureOf } from '../../src/rules/token/index.ts';
import { askLab, enter } from '../loopback/lab.ts';
import { as, labOf, signed } from './make.ts';

describe('the name of a host', () => {
  it.each([
    ['sts.amazonaws.com', 'aws', 'sts', 'us-east-1'],
    ['sts.eu-west-1.amazonaws.com', 'aws', 'sts', 'eu-west-1'],
    ['sts-fips.us-west-2.amazonaws.com', 'aws', 'sts', 'us-west-2'],
    ['sts.us-west-2.api.aws', 'aws', 'sts', 'us-west-2'],
    ['sts-fips.us-west-2.api.aws', 'aws', 'sts', 'us-west-2'],
    ['sts.cn-north-1.amazonaws.com.cn', 'aws-cn', 'sts', 'cn-north-1'],
    ['sts.cn-north-1.api.amazonwebservices.com.cn', 'aws-cn', 'sts', 'cn-north-1'],
    ['sts.us-gov-west-1.amazonaws.com', 'aws-us-gov', 'sts', 'us-gov-west-1'],
    ['iam.amazonaws.com', 'aws', 'iam', 'us-east-1'],
    ['iam-fips.amazonaws.com', 'aws', 'iam', 'us-east-1'],
    ['iam.global.api.aws', 'aws', 'iam', 'us-east-1'],
    ['iam.cn-north-1.amazonaws.com.cn', 'aws-cn', 'iam', 'cn-north-1'],
    ['iam.us-gov.amazonaws.com', 'aws-us-gov', 'iam', 'us-gov-west-1'],
    ['iam.us-iso-east-1.c2s.ic.gov', 'aws-iso', 'iam', 'us-iso-east-1'],
    ['eks.eu-west-1.amazonaws.com', 'aws', 'eks', 'eu-west-1'],
    ['fips.eks.us-east-1.amazonaws.com', 'aws', 'eks', 'us-east-1'],
    ['eks.eu-west-1.api.aws', 'aws', 'eks', 'eu-west-1'],
    ['eks-fips.us-east-1.api.aws', 'aws', 'eks', 'us-east-1'],
    ['organizations.us-east-1.amazonaws.com', 'aws', 'organizations', 'us-east-1'],
    ['organizations.cn-northwest-1.amazonaws.com.cn', 'aws-cn', 'organizations', 'cn-northwest-1'],
    ['organizations.us-gov-west-1.amazonaws.com', 'aws-us-gov', 'organizations', 'us-gov-west-1'],
  ])('%s says partition, service and region', (host, partition, service, region) => {
    expect(readAwsHost(host)).toEqual({ partition, service, region });
  });

  it.each([
    'ec2.eu-west-1.amazonaws.com',
    'organizations.eu-west-1.amazonaws.com',
    'iam.eu-west-1.amazonaws.com',
    'bucket.s3.amazonaws.com',
    'sts.eu-west-1.evil.amazonaws.com',
    'x.sts.eu-west-1.amazonaws.com',
    '0123.gr7.eu-west-1.eks.amazonaws.com',
    'constructor.amazonaws.com',
  ])('%s is of AWS, and of no service of the lab', (host) => {
    expect(readAwsHost(host)).toEqual({ partition: 'aws' });
  });

  it.each([
    '',
    'amazonaws.com',
    'evilamazonaws.com',
    'sts.amazonaws.com.evil.com',
    'sts.eu-west-1.amazonaws.com.cn',
    'sts.cn-north-1.amazonaws.com',
    'sts.eu-west-1.amazonaws.com.',
    'sts.eu-west-1.amazonaws.com:8443',
    'constructor',
    '127.0.0.1',
    'user@sts.eu-west-1.amazonaws.com',
  ])('%s is none of AWS', (host) => {
    expect(readAwsHost(host)).toBeUndefined();
  });
});

describe('a request to the name of a host of AWS', () => {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const post = { method: 'POST', path: '/', body };
  it.each([
    ['sts.eu-west-1.amazonaws.com', 'sts', 'eu-west-1', 200, 'user/admin'],
    ['sts.eu-west-1.amazonaws.com:443', 'sts', 'eu-west-1', 200, 'user/admin'],
    ['sts.eu-west-1.api.aws', 'sts', 'eu-west-1', 200, 'user/admin'],
    ['sts.amazonaws.com', 'sts', 'us-east-1', 200, 'user/admin'],
    ['sts.amazonaws.com', 'sts', 'eu-west-1', 403, 'Credential should be scoped to a valid region, not &apos;eu-west-1&apos;.'],
    ['sts.eu-west-1.amazonaws.com', 'sts', 'us-east-1', 403, 'Credential should be scoped to a valid region'],
    ['sts.eu-west-1.amazonaws.com', 'iam', 'us-east-1', 403, 'Credential should be scoped to correct service: &apos;sts&apos;.'],
    ['sts.cn-north-1.amazonaws.com.cn', 'sts', 'cn-north-1', 403, 'InvalidClientTokenId'],
    ['sqs.eu-west-1.amazonaws.com', 'sts', 'eu-west-1', 501, 'NotImplemented'],
    ['ec2.eu-west-1.amazonaws.com', 'ec2', 'eu-west-1', 501, '<Errors>'],
  ])('%s, signed for %s in %s: %d', (host, service, region, status, text) => {
    const lab = labOf();
    const reply = answer(lab, signed(as(lab, '111111111111/admin'), service, post, { region, headers: { host } }));
    expect({ status: reply.status, body: reply.body }).toEqual({ status, body: expect.stringContaining(text) });
  });

  it('that is not STS takes no web identity', () => {
    const lab = labOf();
    const web = { method: 'POST', path: '/', body: 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15' };
    const who = as(lab, '111111111111/admin');
    const unsigned = (host: string) => {
      const made = signed(who, 'sts', web, { headers: { host } });
      return answer(lab, { ...made, headers: [['host', host]], header: (name) => (name === 'host' ? host : undefined) });
    };
    expect(unsigned('iam.amazonaws.com').body).toContain('MissingAuthenticationToken');
    expect(unsigned('sts.amazonaws.com').body).toContain('ValidationError');
  });
});

it('a tunnel leads into the lab or nowhere', () => {
  const lab = labOf();
  const arn = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
  const own = '0123456789abcdef0123456789abcdef.gr7.eu-west-1.eks.amazonaws.com';
  const lead = (target: string) => destinationOf(lab, target, (host) => (host === own ? arn : undefined));
  expect(lead(`${own}:443`)).toEqual({ to: 'cluster', arn });
  expect(lead(`${own.toUpperCase()}:443`)).toEqual({ to: 'cluster', arn });
  expect(lead('STS.eu-west-1.amazonaws.com:443')).toEqual({ to: 'aws', host: 'sts.eu-west-1.amazonaws.com' });
  for (const target of [
    'example.com:443',
    'sts.eu-west-1.amazonaws.com:80',
    'sts.eu-west-1.amazonaws.com',
    'sts.cn-north-1.amazonaws.com.cn:443',
    'sts.us-gov-west-1.amazonaws.com:443',
    'token.actions.githubusercontent.com:443',
    '127.0.0.1:443',
    '[::1]:443',
    'http://sts.amazonaws.com:443',
    '',
    `${'a'.repeat(300)}:443`,
  ]) {
    expect(lead(target)).toMatchObject({ to: 'nowhere' });
  }
  // An issuer that the lab gave out tokens of is played.
  issueToken(lab, { issuer: 'https://token.actions.githubusercontent.com', subject: 'x' });
  expect(lead('token.actions.githubusercontent.com:443')).toMatchObject({ to: 'aws' });
  expect(lead('githubusercontent.com:443')).toMatchObject({ to: 'nowhere' });
});

describe('the lab as a proxy', () => {
  let lab: RunningLab;
  let authority: string;
  let admin: { readonly accessKeyId: string; readonly secretAccessKey: string };
  beforeAll(async () => {
    lab = await startLab({ port: 0, now: () => new Date() });
    ({ authority, credentials: admin } = await enter(lab, '111111111111/admin'));
  });
  afterAll(() => lab.close());

  function tunnel(target: string): Promise<{ readonly status: number; readonly socket: Duplex }> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: new URL(lab.endpoint).port, method: 'CONNECT', path: target });
      sent.on('connect', ({ statusCode = 0 }, socket) => resolve({ status: statusCode, socket }));
      sent.on('error', reject);
      sent.end();
    });
  }

  async function secured(host: string, servername = host): Promise<TLSSocket> {
    const { status, socket } = await tunnel(`${host}:443`);
    expect(status).toBe(200);
    return connect({ socket, servername, ca: authority });
  }

  async function get(host: string, path: string, headers: Readonly<Record<string, string>>): Promise<[number, string]> {
    const socket = await secured(host);
    return new Promise((resolve, reject) => {
      const sent = getOverTls({ createConnection: () => socket, path, headers: { host, ...headers } }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => {
          socket.destroy();
          resolve([response.statusCode ?? 0, text]);
        });
      });
      sent.on('error', reject);
    });
  }

  function callerIdentity(host: string, region: string): Promise<[number, string]> {
    const date = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    const query = [
      ['Action', 'GetCallerIdentity'],
      ['Version', '2011-06-15'],
    ] as const;
    const headers = [
      ['host', host],
      ['x-amz-date', date],
    ] as const;
    const scope = { date, region, service: 'sts', secretAccessKey: admin.secretAccessKey };
    const signature = signatureOf({ method: 'GET', path: '/', query, headers, bodyHash: sha256('') }, scope);
    const credential = `${admin.accessKeyId}/${date.slice(0, 8)}/${region}/sts/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
    return get(host, '/?Action=GetCallerIdentity&Version=2011-06-15', { 'x-amz-date': date, authorization });
  }

  it('answers hosts of AWS with a certificate of its own authority', async () => {
    expect(await callerIdentity('sts.eu-west-1.amazonaws.com', 'eu-west-1')).toEqual([
      200,
      expect.stringContaining('arn:aws:iam::111111111111:user/admin'),
    ]);
    expect((await callerIdentity('sts.amazonaws.com', 'eu-west-1'))[0]).toBe(403);
    const other = await secured('sts.amazonaws.com', 'iam.amazonaws.com');
    const error = await new Promise<Error>((resolve) => other.on('error', resolve));
    expect(error.message).toContain('does not match');
  });

  it('does not answer another host in a tunnel, nor the calls of causeway lab', async () => {
    expect((await get('sts.amazonaws.com', '/', { host: 'iam.amazonaws.com' }))[0]).toBe(421);
    const [status] = await get('sts.amazonaws.com', '/_causeway/log', { 'x-causeway-lab': '1' });
    expect(status).toBe(403);
  });

  it('refuses everything else, and says so in the log', async () => {
    const { status, socket } = await tunnel('example.com:443');
    socket.destroy();
    expect(status).toBe(403);
    const { calls } = await askLab<{ readonly calls: unknown }>(lab, 'log');
    expect(calls).toContainEqual(
      expect.objectContaining({ service: 'proxy', operation: 'CONNECT example.com:443', status: 403, code: 'Refused' }),
    );
    const plain = await new Promise<number>((resolve) => {
      const { port } = new URL(lab.endpoint);
      request({ host: '127.0.0.1', port, path: 'http://example.com/' }, ({ statusCode = 0 }) => resolve(statusCode)).end();
    });
    expect(plain).toBe(403);
  });

  it('leads to the cluster by the name that AWS gave it, for tokens of the real STS hosts', async () => {
    const { kubeconfig } = await askLab<{ readonly kubeconfig: string }>(lab, 'kubeconfig', { proxy: true });
    const [{ cluster }] = (parse(kubeconfig) as { clusters: [{ cluster: Record<string, string> }] }).clusters;
    expect(cluster).toMatchObject({ 'proxy-url': lab.endpoint });
    const host = new URL(cluster['server'] ?? '').hostname;
    const ask = async (url: string, signingRegion: string): Promise<number> => {
      const token = eksToken({ cluster: 'prod', credentials: admin, endpoint: { url, signingRegion }, at: new Date() });
      return (await get(host, '/api/v1/nodes', { authorization: `Bearer ${token}` }))[0];
    };
    expect(await ask('https://sts.eu-west-1.amazonaws.com', 'eu-west-1')).toBe(200);
    expect(await ask('https://sts.us-east-1.amazonaws.com', 'us-east-1')).toBe(200);
    expect(await ask('https://sts.eu-west-1.api.aws', 'eu-west-1')).toBe(200);
    expect(await ask('https://sts.amazonaws.com', 'us-east-1')).toBe(200);
    expect(await ask('https://sts.amazonaws.com', 'eu-west-1')).toBe(401);
    expect(await ask('https://sts.cn-north-1.amazonaws.com.cn', 'cn-north-1')).toBe(401);
    expect(await ask('https://sts.eu-west-1.amazonaws.com.evil.com', 'eu-west-1')).toBe(401);
  });

  it('survives clients that go away in the middle of anything', async () => {
    for (const text of ['', 'not TLS at all', 'x'.repeat(70_000)]) {
      const { socket } = await tunnel('sts.amazonaws.com:443');
      socket.on('error', () => {});
      await new Promise<void>((resolve) => socket.write(text, () => resolve()));
      socket.destroy();
    }
    expect((await callerIdentity('sts.amazonaws.com', 'us-east-1'))[0]).toBe(200);
  });
});
