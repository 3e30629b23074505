import { afterEach, describe, expect, test } from 'vitest';
import type { WatchConfigMap } from '../../src/edge/authenticator/index.ts';
import { CI, EVE, startWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

type Watch = Parameters<WatchConfigMap>[0];

const CONFIG = 'clusterID: demo\nserver:\n  kubeconfig: /admin.conf\n  backendMode: [EKSConfigMap, MountedFile]\n';

/** A world whose aws-auth the test holds in its hand. */
async function held(
  config = CONFIG,
  sts = {},
): Promise<{ readonly world: World; readonly watch: Watch; readonly ended: () => boolean }> {
  let watch: Watch | undefined;
  let ended = false;
  world = await startWorld({
    config,
    sts,
    watch: (given) => {
      watch = given;
      return () => {
        ended = true;
      };
    },
  });
  if (watch === undefined) throw new Error('nothing was watched');
  return { world, watch, ended: () => ended };
}

const row = (arn: string, username: string): string => `- rolearn: ${arn}\n  username: ${username}\n`;
const ROLE = 'arn:aws:iam::222222222222:role/ci';

async function nameOf(world: World, caller = CI): Promise<unknown> {
  const reply = (await world.review(world.token(caller))).json() as { status: { user: { username?: string } } };
  return reply.status.user.username;
}

describe('aws-auth', () => {
  test('is watched where the configuration says', async () => {
    const { watch, world, ended } = await held();
    expect(watch).toMatchObject({ kubeconfig: '/admin.conf', master: '', namespace: 'kube-system', name: 'aws-auth' });
    await world.webhook.stop();
    expect(ended()).toBe(true);
  });

  test('counts at once, as it changes, and not at all when it is gone', async () => {
    const { world, watch } = await held();
    expect(await world.send({ method: 'GET', path: '/readyz' })).toMatchObject({
      status: 503,
      body: 'EKSConfigMap: aws-auth was not read yet\n',
    });
    expect(await world.send({ method: 'GET', path: '/healthz' })).toMatchObject({ status: 200 });
    watch.onData({ mapRoles: row(ROLE, 'one') });
    expect(await world.send({ method: 'GET', path: '/readyz' })).toMatchObject({ status: 200 });
    expect(await nameOf(world)).toBe('one');
    watch.onData({ mapRoles: row('arn:aws:sts::222222222222:assumed-role/ci/anything', 'two') });
    expect(await nameOf(world)).toBe('two');
    watch.onData(undefined);
    expect(await nameOf(world)).toBeUndefined();
    watch.onData({ mapUsers: '', mapRoles: row(ROLE, 'three') });
    expect(await nameOf(world)).toBe('three');
  });

  test('broken leaves the last good one in use, and says where', async () => {
    const { world, watch } = await held();
    watch.onData({ mapRoles: row(ROLE, 'good') });
    watch.onData({ mapRoles: `${row(ROLE, 'new')}- rolearn: "half\n`, mapAccounts: '- "333333333333"' });
    expect(await nameOf(world)).toBe('good');
    expect(await nameOf(world, EVE)).toBeUndefined();
    expect(world.log()).toMatch(/"section":"mapRoles","line":\d+,"column":\d+/);
    expect(world.log()).toContain('aws-auth is broken: the last good one stays in use');
    watch.onData({ mapRoles: row(ROLE, 'mended') });
    expect(await nameOf(world)).toBe('mended');
  });

  test('broken from the start is what is good of it, as in the original', async () => {
    const { world, watch } = await held();
    watch.onData({ mapRoles: '- "half', mapAccounts: '- "333333333333"' });
    expect(await nameOf(world)).toBeUndefined();
    expect(await nameOf(world, EVE)).toBe(EVE.arn);
  });

  test('with one broken row has the others', async () => {
    const { world, watch } = await held();
    watch.onData({ mapRoles: `- username: nobody\n${row(ROLE, 'ci')}` });
    expect(await nameOf(world)).toBe('ci');
    expect(world.log()).toContain('row 1 of mapRoles has no rolearn: it is dropped');
  });

  test('has sso rows only with their gate', async () => {
    const sso = { mapRoles: '- sso:\n    permissionSetName: Admin\n    accountID: "222222222222"\n  username: sso\n' };
    const ann = {
      ...CI,
      arn: 'arn:aws:sts::222222222222:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann',
      userId: 'AROASSO:ann',
    };
    for (const [gate, name] of [
      ['', undefined],
      ['featureGates: { SSORoleMatch: true }\n', 'sso'],
    ] as const) {
      const { world, watch } = await held(gate + CONFIG, { callers: [ann] });
      watch.onData(sso);
      expect(await nameOf(world, ann)).toBe(name);
      await world.close();
    }
  });

  test('comes before or after the file as the order of the backends says', async () => {
    const rows = `  mapRoles:\n  - roleARN: ${ROLE}\n    username: file\n`;
    const first = await held(CONFIG + rows);
    first.watch.onData({ mapRoles: row(ROLE, 'configmap') });
    expect(await nameOf(first.world)).toBe('configmap');
    first.watch.onData(undefined);
    expect(await nameOf(first.world)).toBe('file');
    await first.world.close();
    const second = await held(CONFIG.replace('[EKSConfigMap, MountedFile]', '[MountedFile, EKSConfigMap]') + rows);
    second.watch.onData({ mapRoles: row(ROLE, 'configmap') });
    expect(await nameOf(second.world)).toBe('file');
  });

  test('that cannot be watched is counted and told, and what is known stays', async () => {
    const { world, watch } = await held();
    watch.onData({ mapRoles: row(ROLE, 'ci') });
    watch.onFailure('no answer within 15 s', 2000);
    expect(await nameOf(world)).toBe('ci');
    expect(await world.metrics()).toContain('aws_iam_authenticator_configmap_watch_failures_total 1');
    expect(world.log()).toContain('no answer within 15 s');
  });

  test('with a prefix that is reserved for it', async () => {
    const reserved = '  reservedPrefixConfig:\n  - backendmode: EKSConfigMap\n    usernamePrefixReserveList: ["system:"]\n';
    const { world, watch } = await held(CONFIG + reserved);
    watch.onData({ mapRoles: row(ROLE, 'system:admin') });
    expect(await nameOf(world)).toBeUndefined();
    expect(world.log()).toContain(
      "invalid username 'system:admin' for mapper EKSConfigMap: username must not begin with with the following prefixes: [system:]",
    );
  });
});
