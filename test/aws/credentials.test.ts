import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sdkCredentials } from '../../src/edge/aws/index.ts';

// The SDK reads the environment of its process, which here is the copy of one worker.
const NAMES = [
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
];
const before = NAMES.map((name) => process.env[name]);
const seen: (string | undefined)[] = [];
const server = createServer((request, response) => {
  seen.push(request.headers.authorization);
  const Expiration = new Date(Date.now() + 3_600_000).toISOString();
  response.end(JSON.stringify({ AccessKeyId: 'ASIAPOD', SecretAccessKey: 'secret', Token: 'token', Expiration }));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  for (const [index, name] of NAMES.entries()) {
    const value = before[index];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const need = { profile: 'default', configFile: '/nowhere/config', credentialsFile: '/nowhere/credentials', region: 'eu-west-1' };

it('the credentials of a container come from its endpoint, whatever keys the environment has', async () => {
  process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pod`;
  process.env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] = 'Bearer pod';
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIAOTHER';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'other';
  expect(await sdkCredentials({ ...need, kind: 'container' })).toEqual({
    credentials: { accessKeyId: 'ASIAPOD', secretAccessKey: 'secret', sessionToken: 'token', expiration: expect.any(Date) },
  });
  expect(seen).toEqual(['Bearer pod']);
});

it('an SSO session that is not there is a sentence and no exception', async () => {
  expect(await sdkCredentials({ ...need, kind: 'sso', profile: 'nobody' })).toEqual({ failure: expect.stringMatching(/./) });
});
