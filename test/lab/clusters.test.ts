import { request } from 'node:https';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { canI } from '../../src/access/index.ts';
import { type ExportedFile, type LogEntry, type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { authenticateToken } from '../../src/edge/lab/token-auth.ts';
import { makeInventory } from '../../src/inventory/index.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { askLab, enter } from '../loopback/lab.ts';
import { holds } from '../properties/runs.ts';
import { as, credentialsIn, eks, labOf, NOW, query } from './make.ts';

type Lab = ReturnType<typeof labOf>;
const ARN = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const OWN = 'http://127.0.0.1:4640';
const ROLE = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';

/** Who a token is in the cluster `prod` of a lab. */
function who(lab: Lab, token: string, awsAuth: Readonly<Record<string, unknown>> | null = null) {
  const place = { arn: ARN, name: 'prod', partition: 'aws', region: 'eu-west-1', labOrigins: [OWN], awsAuth: () => awsAuth };
  return authenticateToken(lab, place, token);
}

function token(lab: Lab, caller: string, { url = OWN, cluster = 'prod', at = NOW } = {}): string {
  return eksToken({ cluster, credentials: as(lab, caller), endpoint: { url, signingRegion: 'eu-west-1' }, at });
}

describe('a token', () => {
  it('is who its access entry says, with the policies of the entry', () => {
    const lab = labOf();
    const assumed = query(lab, as(lab, '222222222222/ci-runner'), 'sts', {
      Action: 'AssumeRole',
      RoleArn: ROLE,
      RoleSessionName: 'build-7',
    });
    const credentials = credentialsIn(assumed.json);
    const made = eksToken({ cluster: 'prod', credentials, endpoint: { url: OWN, signingRegion: 'eu-west-1' }, at: NOW });
    expect(who(lab, made)).toMatchObject({
      ok: true,
      user: {
        username: 'arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/build-7',
        groups: [],
        uid: expect.stringMatching(/^aws-iam-authenticator:111111111111:AROA/),
        extra: {
          sessionName: ['build-7'],
          canonicalArn: ['arn:aws:iam::111111111111:role/ci-deploys-my-app'],
          accessKeyId: [credentials.accessKeyId],
        },
        policies: [
          { policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy', scope: { namespaces: ['my-app-ns'] } },
        ],
      },
    });
  });

  it('signed for an endpoint of AWS is the same', () => {
    const lab = labOf();
    expect(who(lab, token(lab, '111111111111/admin', { url: 'https://sts.eu-west-1.amazonaws.com' })).ok).toBe(true);
  });

  const minutes = (by: number): Date => new Date(NOW.getTime() + by * 60_000);
  it.each([
    ['for another cluster', (lab: Lab) => token(lab, '111111111111/admin', { cluster: 'test' }), 'SignatureDoesNotMatch'],
    ['for another place', (lab: Lab) => token(lab, '111111111111/admin', { url: 'http://127.0.0.1:4641' }), 'unexpected scheme'],
    ['of sixteen minutes ago', (lab: Lab) => token(lab, '111111111111/admin', { at: minutes(-16) }), 'expired'],
    ['of the future', (lab: Lab) => token(lab, '111111111111/admin', { at: minutes(6) }), 'Signature not yet current'],
    ['of a caller without an entry', (lab: Lab) => token(lab, '222222222222/ci-runner'), 'no access entry'],
    ['that is cut', (lab: Lab) => token(lab, '111111111111/admin').slice(0, -8), ''],
    ['that is none', () => 'k8s-aws-v1.x', ''],
  ])('%s is refused', (_, make, why) => {
    const lab = labOf();
    const refused = who(lab, make(lab));
    expect(refused).toMatchObject({ ok: false, reason: expect.stringContaining(why) });
  });

  it('with one letter changed is refused, or is the same token', () => {
    const lab = labOf();
    const whole = token(lab, '111111111111/admin');
    const meant = (text: string): string => Buffer.from(text.slice('k8s-aws-v1.'.length), 'base64url').toString('latin1');
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    holds(
      1000,
      fc.property(fc.nat(whole.length - 1), fc.constantFrom(...letters), (at, letter) => {
        const altered = `${whole.slice(0, at)}${letter}${whole.slice(at + 1)}`;
        if (who(lab, altered).ok) expect(meant(altered)).toBe(meant(whole));
      }),
    );
  });

  it('of a role that was made anew is nobody: the entry is bound to the one before', () => {
    const lab = labOf();
    const role = lab.store.get('account:111111111111', 'role', 'ci-deploys-my-app');
    if (role === undefined) throw new Error('the seed has it');
    const anew = { ...role, RoleId: 'AROAANOTHERONEALTOGET', CreateDate: '2026-11-25T12:30:00+00:00' };
    lab.store.commit({ scope: 'account:111111111111', kind: 'role', name: 'ci-deploys-my-app', document: anew });
    expect(who(lab, token(lab, '111111111111/ci-deploys-my-app'))).toMatchObject({ ok: false });
  });

  it('is judged by the live aws-auth and the mode of the cluster', () => {
    const lab = labOf();
    const row = { mapRoles: '- rolearn: arn:aws:iam::222222222222:role/ci-runner\n  username: ci\n  groups: [deployers]\n' };
    const ci = token(lab, '222222222222/ci-runner');
    expect(who(lab, ci, row)).toMatchObject({ ok: true, user: { username: 'ci', groups: ['deployers'], policies: [] } });
    eks(lab, as(lab, '111111111111/admin'), 'POST', '/clusters/prod/update-config', {
      accessConfig: { authenticationMode: 'API' },
    });
    expect(who(lab, ci, row)).toMatchObject({ ok: false });
  });

  it('of the creator is system:masters in mode CONFIG_MAP', () => {
    const lab = labOf({ bare: true });
    expect(who(lab, token(lab, '111111111111/admin'))).toMatchObject({ ok: true, user: { groups: ['system:masters'] } });
  });
});

describe('a running cluster', () => {
  let running: RunningLab;
  let cluster: { readonly server: string; readonly ca: string };
  beforeAll(async () => {
    running = await startLab({ port: 0, now: () => new Date() });
    const { kubeconfig } = await askLab<{ readonly kubeconfig: string }>(running, 'kubeconfig');
    const [{ cluster: found }] = (parse(kubeconfig) as { clusters: [{ cluster: Record<string, string> }] }).clusters;
    const ca = Buffer.from(found['certificate-authority-data'] ?? '', 'base64').toString();
    cluster = { server: found['server'] ?? '', ca };
  });
  afterAll(() => running.close());

  async function bearer(caller: string): Promise<string> {
    const { credentials } = await enter(running, caller);
    return eksToken({
      cluster: 'prod',
      credentials,
      endpoint: { url: running.endpoint, signingRegion: 'eu-west-1' },
      at: new Date(),
    });
  }

  function get(path: string, token: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${cluster.server}${path}`,
        { ca: cluster.ca, headers: { authorization: `Bearer ${token}` } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }

  it('answers over TLS, by the token and the entry of the caller', async () => {
    const ci = await bearer('111111111111/ci-deploys-my-app');
    expect(await get('/api/v1/namespaces/my-app-ns/pods', ci)).toBe(200);
    expect(await get('/api/v1/namespaces/default/pods', ci)).toBe(403);
    expect(await get('/api/v1/namespaces/my-app-ns/pods', `${ci.slice(0, -4)}AAAA`)).toBe(401);
    expect(await get('/api/v1/nodes', await bearer('111111111111/security-audits'))).toBe(200);
    expect(await get('/api/v1/secrets', await bearer('111111111111/security-audits'))).toBe(403);
    expect(await get('/api/v1/secrets', await bearer('111111111111/admin'))).toBe(200);
  });

  it('is exported as an inventory that can-i judges as the cluster answers', async () => {
    const { files } = await askLab<{ readonly files: readonly ExportedFile[] }>(running, 'export');
    const inventory = makeInventory(files.map(({ path, text }) => ({ path, size: text.length, text: () => text })));
    const [found] = inventory.clusters;
    if (found === undefined) throw new Error('it holds the cluster');
    const decide = (namespace: string) =>
      canI(inventory, {
        cluster: found,
        caller: { kind: 'aws', arn: 'arn:aws:iam::222222222222:role/ci-runner' },
        path: { kind: 'via', roles: [ROLE] },
        request: { verb: 'list', apiGroup: '', resource: 'pods', namespace },
        given: [],
        assume: [],
        now: new Date(),
      });
    expect(decide('my-app-ns')).toMatchObject({ decision: 'allow' });
    expect(decide('default')).toMatchObject({ decision: 'deny' });
    expect(inventory.problems()).toEqual([]);
    const text = files.map((file) => file.text).join('');
    expect(text).not.toMatch(/kind: Secret|SecretAccessKey/);
  });

  it('has its calls are in the log', async () => {
    await get('/api/v1/nodes', await bearer('111111111111/admin'));
    const { calls } = await askLab<{ readonly calls: readonly LogEntry[] }>(running, 'log');
    expect(calls.at(-1)).toMatchObject({ service: 'kubernetes', operation: expect.stringContaining('nodes'), status: 200 });
    await expect(askLab(running, 'kubeconfig', { cluster: 'nothing' })).rejects.toThrow('the lab has no such cluster');
  });
});
