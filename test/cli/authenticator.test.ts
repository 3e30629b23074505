import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/app.ts';
import { cli } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe('--check', () => {
  test('says what would be served', async () => {
    const config = await file('good.yaml', 'clusterID: demo\nserver:\n  backendMode: [EKSConfigMap]\n');
    const ran = await cli(['authenticator', '--check', '-c', config, '--port', '1234']);
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(ran.out).toContain('demo');
    expect(ran.out).toContain('127.0.0.1:1234');
  });

  test('takes the cluster from the environment, and the file by a relative name', async () => {
    await file('empty.yaml', '');
    const ran = await cli(['authenticator', '--check', '-c', 'empty.yaml'], {
      cwd: folder,
      env: { KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID: 'from-env' },
    });
    expect(ran.out).toContain('from-env');
  });

  test('notes what will not do what it looks like', async () => {
    const config = await file(
      'note.yaml',
      'clusterID: demo\nserver:\n  mapRoles:\n  - rolearn: arn:aws:iam::111111111111:role/a/b\n    username: b\n',
    );
    const { exit, err } = await cli(['authenticator', '--check', '-c', config]);
    expect(exit).toBe(0);
    expect(err).toContain('note.yaml:4:5:');
    expect(err.replaceAll(/\s+/g, ' ')).toContain('STS never reports the path of a role');
  });
});

describe('wrong use is told, with what to do', () => {
  test.each([
    [[], 'cluster ID cannot be empty'],
    [['-i', 'x', '--partition', 'mars'], 'invalid partition "mars"'],
    [['-i', 'x', '--port', '70000'], '--port 70000 is no whole number from 0 to 65535'],
    [['-i', 'x', '--port', 'many'], '--port many'],
    [['-i', 'x', '--cache-seconds', '901'], '--cache-seconds 901 is no whole number from 0 to 900'],
    [['-i', 'x', '--backend-mode', 'CRD'], 'backend-mode "CRD" is not served here'],
    [['-i', 'x', '--backend-mode', 'MountedFile,MountedFile'], 'has duplicates'],
    [['-i', 'x', '--feature-gates', 'Other=true'], '--feature-gates Other=true is none of'],
    [['-i', 'x', '--feature-gates', 'SSORoleMatch=yes'], '--feature-gates SSORoleMatch=yes is none of'],
    [['-i', 'x', '--lab-sts', 'http://sts.example'], 'http is taken on the loopback alone'],
    [['-i', 'x', '--lab-sts', 'https://sts.example/path'], 'is no address such as'],
    [['-i', 'x', '--lab-sts', 'sts.example'], 'is no address such as'],
    [['-i', 'x', '--lab-sts', 'http://u:canary@127.0.0.1:1'], '--lab-sts http://…@127.0.0.1:1 is no address'],
    [['-i', 'x', '--log-format', 'xml'], '--log-format xml'],
    [['-c', '/nowhere/config.yaml'], 'there is no file /nowhere/config.yaml'],
    [['-c', '/'], '/ is a folder, a file is expected'],
    [['-i', 'a\u001b[31mb'], 'clusterID holds what no HTTP header can'],
  ])('%j', async (words, text) => {
    const { exit, err, out } = await cli(['authenticator', '--check', ...words]);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err.replaceAll(/\s+/g, ' ')).toContain(text);
    expect(err).not.toMatch(/\u001b|\n {4}at /);
  });
});

test('serves until a signal, reads the file again at SIGHUP, and ends with 0', async () => {
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const config = await file(
    'serve.yaml',
    `clusterID: demo\nserver:\n  port: 0\n  healthPort: 0\n  stateDir: ${folder}/state\n  generateKubeconfig: ${kubeconfig}\n`,
  );
  let err = '';
  let listening: (() => void) | undefined;
  const ready = new Promise<void>((resolve) => {
    listening = resolve;
  });
  const handlers = new Map<string, () => void>();
  const exit = runCli(['authenticator', '-c', config], {
    stdout: { write: () => {} },
    stderr: {
      write: (text: string) => {
        err += text;
        if (/listening on|in use/.test(text)) listening?.();
      },
    },
    stdin: (async function* () {})(),
    env: {},
    cwd: folder,
    home: folder,
    now: () => new Date(),
    onSignal: (signal, handler) => {
      handlers.set(signal, handler);
      return () => handlers.delete(signal);
    },
  });
  await ready;
  expect(await readFile(kubeconfig, 'utf8')).toContain('https://localhost:');
  while (!handlers.has('SIGHUP')) await new Promise((resolve) => setImmediate(resolve));
  const reread = new Promise<void>((resolve) => {
    listening = resolve;
  });
  handlers.get('SIGHUP')?.();
  await reread;
  handlers.get('SIGTERM')?.();
  expect(await exit).toBe(0);
  expect(err).toMatch(/msg="stopping: .*\n.*msg=stopped\n$/);
  expect(handlers.size).toBe(0);
});

test('a port that is taken could not be done, and says so', async () => {
  const config = await file(
    'port.yaml',
    `clusterID: demo\nserver:\n  address: 192.0.2.1\n  stateDir: ${folder}/state\n  generateKubeconfig: ${folder}/k\n`,
  );
  const { exit, err } = await cli(['authenticator', '-c', config]);
  expect(exit).toBe(4);
  expect(err).toMatch(/error: the webhook could not be started: .*EADDRNOTAVAIL/s);
});
