import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { eksToken, sha256, signatureOf } from '../../src/rules/token/index.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-kill-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A lab in a process of its own, on the state of the folder. */
async function start(): Promise<string> {
  const lab = spawn(process.execPath, [MAIN, 'lab', '--port', '0', '--state', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  child = lab;
  return new Promise((resolve, reject) => {
    let text = '';
    lab.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (endpoint !== undefined) resolve(endpoint);
    });
    lab.once('exit', (code, signal) => reject(new Error(`the lab ended with ${code ?? signal}`)));
  });
}

function kill(): Promise<void> {
  return new Promise((resolve) => {
    child?.once('exit', () => resolve());
    child?.kill('SIGKILL');
  });
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** undefined: the lab died before it had answered. */
function ask(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  ca?: string,
): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? secure : plain;
    const sent = send(url, { method, headers, ...(ca === undefined ? {} : { ca }) }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve(response.complete ? { status: response.statusCode ?? 0, text } : undefined));
      response.on('error', () => resolve(undefined));
    });
    sent.on('error', () => resolve(undefined));
    sent.end(body);
  });
}

/** The administrator of the lab at an address, on both of its sides. */
async function admin(endpoint: string) {
  const control = async (name: string, body: object): Promise<unknown> =>
    JSON.parse((await ask(`${endpoint}/_causeway/${name}`, 'POST', { 'x-causeway-lab': '1' }, JSON.stringify(body)))?.text ?? '');
  const { credentials } = (await control('env', { as: '111111111111/admin' })) as {
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  const { kubeconfig } = (await control('kubeconfig', {})) as { kubeconfig: string };
  const [{ cluster }] = (parse(kubeconfig) as { clusters: [{ cluster: Record<string, string> }] }).clusters;
  const ca = Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString();
  const at = { url: endpoint, signingRegion: 'eu-west-1' };
  const authorization = `Bearer ${eksToken({ cluster: 'prod', credentials, endpoint: at, at: new Date() })}`;
  return {
    iam: (parameters: Readonly<Record<string, string>>) => {
      const body = new URLSearchParams({ ...parameters, Version: '2010-05-08' }).toString();
      const date = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
      const headers = { host: new URL(endpoint).host, 'x-amz-date': date };
      const scope = { date, region: 'us-east-1', service: 'iam', secretAccessKey: credentials.secretAccessKey };
      const signable = { method: 'POST', path: '/', query: [], headers: Object.entries(headers), bodyHash: sha256(body) };
      const credential = `${credentials.accessKeyId}/${date.slice(0, 8)}/us-east-1/iam/aws4_request`;
      const signed = `SignedHeaders=host;x-amz-date, Signature=${signatureOf(signable, scope)}`;
      return ask(endpoint, 'POST', { ...headers, authorization: `AWS4-HMAC-SHA256 Credential=${credential}, ${signed}` }, body);
    },
    kubernetes: (method: string, path: string, body = '') =>
      ask(`${cluster['server']}/api/v1/namespaces/default/configmaps${path}`, method, { authorization }, body, ca),
  };
}

it('a lab that is killed while many write has lost no write that it answered, and has none by half', {
  timeout: 240_000,
}, async () => {
  const users: string[] = [];
  const maps: string[] = [];
  const tried = new Set<string>();
  for (let round = 0; round < 2; round++) {
    const { iam, kubernetes } = await admin(await start());
    // What was answered before the last kill is there, whole.
    for (const name of users) expect((await iam({ Action: 'GetUser', UserName: name }))?.status).toBe(200);
    for (const name of maps) {
      const found = await kubernetes('GET', `/${name}`);
      expect(JSON.parse(found?.text ?? '')).toMatchObject({ data: { first: name, last: name } });
    }
    const there = [...((await iam({ Action: 'ListUsers' }))?.text ?? '').matchAll(/<UserName>([^<]*)/g)].map(([, name]) => name);
    expect(there.filter((name) => name !== 'admin' && !tried.has(name ?? ''))).toEqual([]);
    let answered = 0;
    const write = async (writer: number): Promise<void> => {
      for (let i = 0; i < 500; i++) {
        const name = `r${round}-w${writer}-${i}`;
        tried.add(name);
        const object = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name },
          data: { first: name, pad: 'x'.repeat(5000), last: name },
        };
        const isUser = writer % 2 === 0;
        const reply = isUser
          ? await iam({ Action: 'CreateUser', UserName: name })
          : await kubernetes('POST', '', JSON.stringify(object));
        if (reply === undefined) return;
        expect([200, 201]).toContain(reply.status);
        (isUser ? users : maps).push(name);
        if (++answered === 60) await kill();
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(write));
    expect(answered).toBeGreaterThanOrEqual(60);
  }
  const { iam, kubernetes } = await admin(await start());
  for (const name of users) expect((await iam({ Action: 'GetUser', UserName: name }))?.status).toBe(200);
  for (const name of maps) expect((await kubernetes('GET', `/${name}`))?.status).toBe(200);
  expect(users.length + maps.length).toBeGreaterThanOrEqual(120);
});
