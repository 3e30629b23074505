import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeToken } from '../../src/edge/credentials/index.ts';
import { readToken } from '../../src/rules/token/index.ts';
import { ring } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'causeway-aws-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const session = { ...keys, AWS_SESSION_TOKEN: 'FQoGZXIvYXdzEXAMPLE/TOKEN+with=chars==' };
const local = 'http://127.0.0.1:4566';

const cases: readonly (readonly [cluster: string, region: string, env: Record<string, string>])[] = [
  ['demo', 'us-west-2', keys],
  ['demo', 'us-west-2', session],
  ['my cluster', 'eu-central-1', keys],
  [' two  blanks ', 'eu-central-1', session],
  ['x_Y-9', 'cn-north-1', session],
  ['x', 'us-gov-west-1', keys],
  ['x', 'us-gov-west-1', { ...keys, AWS_USE_FIPS_ENDPOINT: 'true' }],
  ['x', 'us-iso-east-1', keys],
  ['x', 'us-isob-east-1', session],
  ['x', 'us-east-1', { ...keys, AWS_USE_FIPS_ENDPOINT: 'true' }],
  ['x', 'eu-west-1', { ...keys, AWS_USE_DUALSTACK_ENDPOINT: 'true' }],
  ['x', 'eu-west-1', { ...keys, AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_USE_FIPS_ENDPOINT: 'true' }],
  ['x', 'eu-west-1', { ...keys, AWS_STS_REGIONAL_ENDPOINTS: 'legacy' }],
  ['x', 'eu-south-1', { ...keys, AWS_STS_REGIONAL_ENDPOINTS: 'legacy' }],
  ['x', 'eu-west-9', keys],
  ['x', 'moon-north-1', keys],
  ['x', 'eu-west-1', { ...session, AWS_ENDPOINT_URL: local }],
  ['x', 'eu-west-1', { ...session, AWS_ENDPOINT_URL_STS: `${local}/`, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }],
  ['x', 'eu-west-1', { ...keys, AWS_ENDPOINT_URL: local, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }],
];

ring('aws', ['--version'], () => {
  it.each(cases)('makes the same token for %j in %s with %o', async (cluster, region, more) => {
    const env = { AWS_CONFIG_FILE: join(folder, 'none'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'), ...more };
    const printed = execFileSync('aws', ['eks', 'get-token', '--cluster-name', cluster, '--region', region], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    });
    const theirs = (JSON.parse(printed) as { readonly status: { readonly token: string } }).status.token;
    const read = readToken(theirs);
    const at = 'error' in read ? new Date(0) : read.signedAt;
    const around = { env, home: folder, cwd: folder, now: () => at, note: () => undefined };
    const ours = await makeToken(cluster, { region, roles: [] }, around);
    expect(urlOf(ours.token)).toBe(urlOf(theirs));
    expect(ours.token).toBe(theirs);
  });
});

const urlOf = (token: string): string => Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString();
