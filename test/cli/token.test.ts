import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Mishap, type StsDouble, startSts } from '../loopback/sts.ts';
import { cli, type Ran } from './run.ts';

const jump = 'arn:aws:iam::222222222222:role/jump';
const ops = 'arn:aws:iam::111111111111:role/team/ops';
const alice = {
  accessKeyId: 'AKIAALICE',
  secretAccessKey: 'secret-canary',
  arn: 'arn:aws:iam::222222222222:user/alice',
  userId: 'AIDAALICE',
};
const keys = { AWS_ACCESS_KEY_ID: alice.accessKeyId, AWS_SECRET_ACCESS_KEY: alice.secretAccessKey };
/** Of `cli`: a moment that stands still. */
const NOW = new Date('2026-11-23T12:00:00Z');

let now = NOW;
let mishap: Mishap | undefined;
let sts: StsDouble;
let home: string;
beforeAll(async () => {
  sts = await startSts({
    callers: [
      alice,
      {
        ...alice,
        accessKeyId: 'ASIAOPS',
        sessionToken: 'token-canary',
        arn: 'arn:aws:sts::111111111111:assumed-role/ops/bob',
        userId: 'AROAOPS:bob',
      },
    ],
    roles: [{ arn: jump }, { arn: ops, externalId: 'c0ffee' }],
    now: () => now,
    mishap: () => mishap,
  });
});
afterAll(() => sts.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'causeway-token-'));
  mishap = undefined;
  now = NOW;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const folder = (): string => join(home, '.cache/causeway/credentials');
const chain = ['token', '--cluster', 'demo', '--role', jump, '--role', ops, '--external-id', 'c0ffee'];

function token(words: readonly string[], env: Record<string, string> = keys, stdin = ''): Promise<Ran> {
  return cli(words, { env: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_STS: sts.url, ...env }, home, cwd: home, stdin });
}

async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  const from = sts.calls.length;
  await work();
  return sts.calls.slice(from).map(({ action }) => action);
}

interface Answer {
  readonly apiVersion: string;
  readonly status: { readonly expirationTimestamp: string; readonly token: string };
}
const answerOf = ({ out }: Ran): Answer => JSON.parse(out) as Answer;

describe('an ExecCredential', () => {
  it.each([
    ['', 'client.authentication.k8s.io/v1beta1', ''],
    [
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}',
      'client.authentication.k8s.io/v1',
      '',
    ],
    ['{"apiVersion":"client.authentication.k8s.io/v1beta1"}', 'client.authentication.k8s.io/v1beta1', ''],
    ['{"apiVersion":"client.authentication.k8s.io/v1alpha1"}', 'client.authentication.k8s.io/v1alpha1', 'dropped in 1.24'],
    ['{"apiVersion":7}', 'client.authentication.k8s.io/v1beta1', 'names no version'],
    ['null', 'client.authentication.k8s.io/v1beta1', 'names no version'],
    ['{', 'client.authentication.k8s.io/v1beta1', 'is not JSON'],
  ])('for KUBERNETES_EXEC_INFO=%s is %s', async (info, apiVersion, remark) => {
    const ran = await token(['token', '--cluster', 'demo'], { ...keys, KUBERNETES_EXEC_INFO: info });
    expect(ran.exit).toBe(0);
    expect(answerOf(ran)).toMatchObject({ apiVersion, kind: 'ExecCredential', spec: {} });
    expect(ran.err).toContain(remark);
    expect(ran.err === '').toBe(remark === '');
  });

  it('ends after 14 minutes, or with the credentials', async () => {
    expect(answerOf(await token(chain)).status.expirationTimestamp).toBe('2026-11-23T12:14:00Z');
    const answer = (minutes: number): string =>
      JSON.stringify({
        Version: 1,
        AccessKeyId: 'AKIA',
        SecretAccessKey: 's',
        Expiration: new Date(NOW.getTime() + minutes * 60_000),
      });
    writeFileSync(join(home, 'answer'), answer(4));
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws/config'), `[default]\ncredential_process = /bin/cat "${join(home, 'answer')}"\n`);
    expect(answerOf(await token(['token', '--cluster', 'demo'], {})).status.expirationTimestamp).toBe('2026-11-23T12:04:00Z');
    writeFileSync(join(home, 'answer'), answer(-1));
    expect(await token(['token', '--cluster', 'demo'], {})).toMatchObject({
      exit: 4,
      err: expect.stringContaining('expired at 2026-11-23T11:59'),
    });
  });

  it('takes the arguments of aws eks get-token as they are', async () => {
    const ran = await token([
      'token',
      '--region',
      'eu-west-1',
      'eks',
      'get-token',
      '--cluster-name',
      'demo',
      '--output',
      'json',
      '--role',
      jump,
    ]);
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect((await token(['token', '--cluster-name', 'demo', '--token-only'])).out).toMatch(/^k8s-aws-v1\.[\w-]+\n$/);
  });
});

describe('the cache', () => {
  it('spares every call of STS, and the token stays the same while it lives', async () => {
    const first = await token(chain);
    expect(first).toMatchObject({ exit: 0, err: '' });
    expect(await callsOf(async () => expect((await token(chain)).out).toBe(first.out))).toEqual([]);
    const other = chain.with(2, 'other');
    expect(await callsOf(() => token(other))).toEqual([]);
    expect(await callsOf(() => token(['token', '--cluster', 'demo', '--role', jump]))).toEqual([]);
    expect(await callsOf(() => token([...chain, '--no-cache']))).toEqual(['GetCallerIdentity', 'AssumeRole', 'AssumeRole']);
  });

  it.each([
    ['the external ID', chain.with(-1, 'other'), keys],
    ['the session name', [...chain, '--session-name', 'bob'], keys],
    ['a tag', [...chain, '--tag', 'a=b'], keys],
    ['the duration', [...chain, '--duration', '30m'], keys],
    ['the source identity', [...chain, '--source-identity', 'bob'], keys],
    ['the key', chain, { ...keys, AWS_SECRET_ACCESS_KEY: 'other' }],
  ])('is not taken for another %s', async (_, words, env) => {
    await token(chain);
    const ran = { calls: sts.calls.length + sts.refused.length };
    await token(words, env);
    expect(sts.calls.length + sts.refused.length).toBeGreaterThan(ran.calls);
  });

  it('holds owner-only files with names that tell nothing, and clean removes them', async () => {
    await token(chain);
    const names = readdirSync(folder());
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
      expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(await token(['token', '--clean'])).toMatchObject({ exit: 0, out: `removed what was kept: ${names.length} entries\n` });
    expect(readdirSync(folder())).toEqual([]);
    expect((await token(['token', '--clean'])).out).toBe('nothing was kept\n');
  });

  it.each<[string, () => void, RegExp]>([
    ['a link', () => symlinkSync(join(home, 'elsewhere'), folder()), /is a symbolic link/],
    [
      'a folder that others may write to',
      () => chmodSync(mkdirSync(folder(), { recursive: true }) ?? '', 0o770),
      /written to by others/,
    ],
    ['a file', () => writeFileSync(folder(), ''), /is not a folder/],
  ])('is refused with a word when it is %s', async (_, make, word) => {
    mkdirSync(join(home, '.cache/causeway'), { recursive: true, mode: 0o700 });
    mkdirSync(join(home, 'elsewhere'));
    make();
    const ran = await token(chain);
    expect(ran.exit).toBe(0);
    expect(ran.err.replaceAll(/\s+/g, ' ')).toMatch(word);
    expect(readdirSync(join(home, 'elsewhere'))).toEqual([]);
    expect(await callsOf(() => token(chain))).toHaveLength(3);
  });

  it.each(['/dev/null', '/proc/nowhere'])(
    'is done without, with a word, where no folder can be: XDG_CACHE_HOME=%s',
    async (base) => {
      const ran = await token(chain, { ...keys, XDG_CACHE_HOME: base });
      expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('k8s-aws-v1.') });
      expect(ran.err.match(/note: /g)).toHaveLength(1);
      expect(await token(['token', '--clean'], { XDG_CACHE_HOME: base })).toMatchObject({ exit: 0, out: 'nothing was kept\n' });
    },
  );

  it('does not trust an entry that is broken, readable by others, or a link', async () => {
    const first = await token(chain);
    for (const spoil of [
      (path: string) => writeFileSync(path, '{"token":'),
      (path: string) => writeFileSync(path, '{"credentials":{"accessKeyId":1},"token":5,"owner":null,"expires":"x"}'),
      (path: string) => chmodSync(path, 0o644),
      (path: string) => {
        rmSync(path);
        symlinkSync(join(home, 'target'), path);
      },
    ]) {
      for (const name of readdirSync(folder())) spoil(join(folder(), name));
      expect(await callsOf(async () => expect((await token(chain)).exit).toBe(first.exit))).toHaveLength(3);
      expect(await callsOf(() => token(chain))).toEqual([]);
    }
  });

  it('renews a session early, and uses the rest of it when STS is away', async () => {
    await token([...chain, '--duration', '15m']);
    for (const name of readdirSync(folder())) {
      const path = join(folder(), name);
      const entry = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      // Four minutes are left of the last session, and none of the tokens.
      if ('credentials' in entry) writeFileSync(path, JSON.stringify({ ...entry, expires: new Date(NOW.getTime() + 240_000) }));
      if ('token' in entry) rmSync(path);
    }
    mishap = { status: 503, code: 'ServiceUnavailable', message: 'later' };
    expect(answerOf(await token([...chain, '--duration', '15m'])).status.expirationTimestamp).toBe('2026-11-23T12:04:00Z');
    mishap = undefined;
    expect(answerOf(await token(chain)).status.expirationTimestamp).toBe('2026-11-23T12:14:00Z');
  });

  it('goes on after a process that was killed: its lock and its half file are no hindrance', async () => {
    await token(chain);
    const names = readdirSync(folder());
    for (const name of names) {
      writeFileSync(join(folder(), name.replace('json', 'lock')), '999999999@nowhere');
      utimesSync(join(folder(), name.replace('json', 'lock')), 0, 0);
      writeFileSync(join(folder(), `${name}.999999999.1.tmp`), '{"tok');
      rmSync(join(folder(), name));
    }
    expect(await callsOf(async () => expect((await token(chain)).exit).toBe(0))).toHaveLength(3);
    expect(await callsOf(() => token(chain))).toEqual([]);
    expect(readdirSync(folder()).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});

describe('a role that the caller already is', () => {
  const env = { AWS_ACCESS_KEY_ID: 'ASIAOPS', AWS_SECRET_ACCESS_KEY: alice.secretAccessKey, AWS_SESSION_TOKEN: 'token-canary' };
  const again = ['token', '--cluster', 'demo', '--role', ops];
  it('is not assumed again, and STS is asked once who the caller is', async () => {
    expect(await callsOf(async () => expect(await token(again, env)).toMatchObject({ exit: 0, err: '' }))).toEqual([
      'GetCallerIdentity',
    ]);
    expect(await callsOf(() => token(again.with(2, 'other'), env))).toEqual([]);
  });
  it('is assumed when the session should have another name', async () => {
    const words = [...again, '--session-name', 'carol', '--external-id', 'c0ffee'];
    expect(await callsOf(() => token(words, env))).toEqual(['GetCallerIdentity', 'AssumeRole']);
  });
});

describe('inspect and verify', () => {
  it('tell what is in the token that was just made, and whose it is', async () => {
    const made = await token(['token', '--cluster', 'demo', '--role', jump]);
    const read = await token(['token', 'inspect', '-', '-o', 'json'], {}, made.out);
    // The double speaks http, which a cluster would not take.
    expect(read).toMatchObject({ exit: 1, err: '' });
    expect(JSON.parse(read.out)).toMatchObject({
      temporary: true,
      clusterHeaderSigned: true,
      region: 'eu-west-1',
      faults: [expect.stringContaining('http://')],
    });
    expect(read.out).not.toContain('Signature');
    const known = await token(['token', 'verify', '-', '--cluster', 'demo', '-o', 'json'], {}, made.out);
    expect(JSON.parse(known.out)).toMatchObject({
      known: true,
      arn: 'arn:aws:sts::222222222222:assumed-role/jump/alice',
      principal: jump,
    });
    const other = await token(['token', 'verify', '-', '--cluster', 'other'], {}, made.out);
    expect(other).toMatchObject({ exit: 1, out: expect.stringContaining('SignatureDoesNotMatch') });
  });

  it('send a token to nobody but STS', async () => {
    const url =
      'https://sts.eu-west-1.amazonaws.com.evil.example/?Action=GetCallerIdentity&X-Amz-Credential=A/1/eu-west-1/sts/aws4_request&X-Amz-Date=20261123T120000Z';
    const ran = await token(['token', 'verify', `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`, '--cluster', 'demo']);
    expect(ran).toMatchObject({ exit: 2, err: expect.stringMatching(/which is\s+no endpoint of STS/) });
  });
});

describe('bad input', () => {
  it.each<[string, readonly string[], Record<string, string>, number, RegExp]>([
    ['no cluster', ['token'], keys, 2, /--cluster is needed/],
    ['a strange word', ['token', 'tokn'], keys, 2, /token has no "tokn"/],
    ['a strange flag', ['token', '--clustr', 'x'], keys, 2, /there is no flag --clustr/],
    ['YAML', ['token', '--cluster', 'x', '-o', 'yaml'], keys, 2, /an ExecCredential is JSON/],
    ['no token', ['token', 'inspect', 'canary'], {}, 2, /this is no EKS token/],
    ['two tokens', ['token', 'inspect', 'a', 'b'], {}, 2, /one token is expected/],
    [
      'a region with a host in it',
      ['token', '--cluster', 'x', '--region', 'eu-west-1.evil.example/'],
      keys,
      2,
      /cannot be the name of a region/,
    ],
    [
      'a hostile endpoint',
      ['token', '--cluster', 'x'],
      { ...keys, AWS_ENDPOINT_URL_STS: 'https://user:canary@x/' },
      2,
      /may have a host, a port and a path/,
    ],
    ['an endpoint that is no URL', ['token', '--cluster', 'x'], { ...keys, AWS_ENDPOINT_URL_STS: 'canary' }, 2, /is not a URL/],
    [
      'a proxy that is not there',
      chain,
      { ...keys, AWS_ENDPOINT_URL_STS: 'https://127.0.0.1:9', HTTPS_PROXY: 'http://me:canary@127.0.0.1:1' },
      4,
      /through the proxy 127\.0\.0\.1:1/,
    ],
    [
      'a CA bundle that is not there',
      chain,
      { ...keys, AWS_ENDPOINT_URL_STS: 'https://127.0.0.1:9', AWS_CA_BUNDLE: '/nowhere/ca.pem' },
      2,
      /the CA bundle \/nowhere\/ca.pem cannot be read/,
    ],
    [
      'a control character in a profile',
      ['token', '--cluster', 'x', '--profile', 'a\u001b[31m'],
      keys,
      2,
      /there is no profile a\\x1b/,
    ],
  ])('%s', async (_, words, env, exit, message) => {
    const ran = await token(words, env);
    expect(ran.exit).toBe(exit);
    expect(ran.err.replaceAll(/\s+/g, ' ')).toMatch(message);
    expect(ran.out).toBe('');
    expect(ran.err).not.toContain('canary');
    expect(ran.err.split('\n').length).toBeLessThan(12);
  });

  it('a clock that is wrong is named', async () => {
    now = new Date(NOW.getTime() - 3_600_000);
    mishap = { status: 403, code: 'SignatureDoesNotMatch', message: 'Signature not yet current' };
    const ran = await token(chain);
    // The double's Date header is the real clock of today.
    expect(ran).toMatchObject({ exit: 4, err: expect.stringMatching(/this machine's clock is \d+ h (behind|ahead of)/) });
  });

  it('a secret is in no output and in no file that others may read', async () => {
    const ran = await token(chain);
    expect(ran.out + ran.err).not.toContain('canary');
    for (const name of readdirSync(folder())) {
      expect(name).not.toContain('canary');
      expect(readFileSync(join(folder(), name), 'utf8')).not.toContain('secret-canary');
    }
  });
});

describe('processes', () => {
  const entry = fileURLToPath(new URL('../../src/cli/token/main.ts', import.meta.url));
  const run = (
    words: readonly string[],
    env: Record<string, string>,
    stdout: 'pipe' | number = 'pipe',
    [program = '', ...first]: readonly string[] = [process.execPath],
  ): Promise<Ran> =>
    new Promise((resolve) => {
      const around = {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        AWS_REGION: 'eu-west-1',
        AWS_ENDPOINT_URL_STS: sts.url,
        ...env,
      };
      const child = spawn(program, [...first, entry, ...words], { env: around, cwd: home, stdio: ['ignore', stdout, 'pipe'] });
      let [out, err] = ['', ''];
      child.stdout?.on('data', (text) => {
        out += String(text);
      });
      child.stderr?.on('data', (text) => {
        err += String(text);
      });
      child.on('close', (code) => resolve({ exit: code ?? -1, out, err }));
    });

  it('that start together on a cold cache make the calls of one', async () => {
    now = new Date();
    mishap = { delay: 150 };
    let all: readonly Ran[] = [];
    const calls = await callsOf(async () => {
      all = await Promise.all(Array.from({ length: 6 }, () => run(chain, keys)));
    });
    expect(all.map(({ exit, err }) => [exit, err])).toEqual(all.map(() => [0, '']));
    expect(calls.filter((action) => action === 'AssumeRole')).toHaveLength(2);
    expect(calls).toHaveLength(3);
  });

  it('go on when a full disk takes no session, and say so once', async () => {
    const limited = `ulimit -f 0; exec "$0" "$@"`;
    now = new Date();
    const ran = await run(chain, keys, 'pipe', ['bash', '-c', limited, process.execPath]);
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain('k8s-aws-v1.');
    expect(ran.err.match(/note: /g)).toHaveLength(1);
    expect(ran.err.replaceAll(/\s+/g, ' ')).toMatch(/the session could not be kept in .* \(EFBIG\)/);
    expect(readdirSync(folder())).toEqual([]);
  });

  it('keep nothing in the folder that they are called in when HOME is empty', async () => {
    now = new Date();
    const ran = await run(chain, { ...keys, HOME: '', XDG_CACHE_HOME: join(home, 'kept') });
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect((await run(['token', '--clean'], { HOME: '' })).exit).toBe(0);
    expect(readdirSync(home)).toEqual(['kept']);
  });

  it('say that they could not write', async () => {
    const { openSync, closeSync } = process.getBuiltinModule('node:fs');
    const full = openSync('/dev/full', 'w');
    try {
      expect(await run(['token', '--cluster', 'demo'], keys, full)).toMatchObject({
        exit: 4,
        err: expect.stringContaining('ENOSPC'),
      });
    } finally {
      closeSync(full);
    }
  });
});
