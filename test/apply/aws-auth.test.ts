import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KubeSend, kubeSender } from '../../src/edge/kube/index.ts';
import type { Step } from '../../src/grants/index.ts';
import type { Resource } from '../../src/inventory/index.ts';
import { row, stepOf, undo } from './steps.ts';
import { type LabWorld, labWorld, PLATFORM, runOn, told } from './world.ts';

const NODES = `# nodes
- rolearn: arn:aws:iam::${PLATFORM}:role/node   # do not touch
  username: system:node:{{EC2PrivateDNSName}}
  groups: [system:bootstrappers, system:nodes]
`;
const OTHER = `- rolearn: arn:aws:iam::${PLATFORM}:role/other\n  username: other\n`;
const AWS_AUTH = '/api/v1/namespaces/kube-system/configmaps/aws-auth';

interface Live {
  readonly metadata: { readonly resourceVersion: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

describe('rows of aws-auth', () => {
  let world: LabWorld;
  let kube: KubeSend;
  beforeAll(async () => {
    world = await labWorld({ mode: 'CONFIG_MAP' });
    kube = await kubeSender(await world.kubeAccess(`${PLATFORM}/admin`));
  });
  afterAll(() => world.lab.close());

  const set = async (data: Readonly<Record<string, string>> | undefined): Promise<void> => {
    await kube({ method: 'DELETE', path: AWS_AUTH }).catch(() => {});
    const metadata = { name: 'aws-auth', namespace: 'kube-system' };
    if (data !== undefined)
      await kube({ method: 'POST', path: '/api/v1/namespaces/kube-system/configmaps', body: { metadata, data } });
  };
  const live = async (): Promise<Live | undefined> =>
    (await kube({ method: 'GET', path: AWS_AUTH }).catch(() => undefined)) as Live | undefined;
  const rows = ['one', 'two', 'three'].map((name) => row(name, [`causeway:platform-access:${name}`]));
  const all = rows.map((each) => stepOf('g', each));

  it.each<readonly [string, Readonly<Record<string, string>> | undefined]>([
    ['no ConfigMap', undefined],
    ['an empty one', {}],
    ['rows of others', { mapRoles: NODES, mapAccounts: '- "012345678901"\n' }],
    ['users alone', { mapUsers: '[]' }],
  ])('come to %s, and go without a trace', async (_, data) => {
    await set(data);
    const before = await live();
    expect(told(await runOn(world, all))).toEqual(all.map(() => 'done'));
    const there = await live();
    expect(there?.data?.mapRoles?.startsWith(data?.mapRoles ?? '')).toBe(true);
    expect(there?.data?.mapAccounts).toBe(data?.mapAccounts);
    expect(Object.keys(JSON.parse(there?.metadata.annotations?.['causeway/rows'] ?? '{}'))).toHaveLength(3);
    expect(told(await runOn(world, undo(all)))).toEqual(all.map(() => 'done'));
    const after = await live();
    expect(after?.data).toEqual(before?.data);
    expect(after?.metadata.annotations).toEqual(before?.metadata.annotations);
  });

  it('nobody else loses a row, whoever writes at whichever step', async () => {
    await set({ mapRoles: NODES });
    let writes = 0;
    const wire = async <T>(about: { readonly operation: string }, send: () => Promise<T>): Promise<T> => {
      if (about.operation === `PATCH ${AWS_AUTH}`) {
        writes++;
        // Somebody is always a little faster, three times over.
        if (writes <= 3) {
          const now = await live();
          const mapRoles = `${now?.data?.mapRoles ?? ''}- {rolearn: "arn:aws:iam::${PLATFORM}:role/fast-${writes}", username: f}\n`;
          await kube({ method: 'PATCH', path: AWS_AUTH, body: { data: { mapRoles } } });
        }
      }
      return send();
    };
    expect(told(await runOn(world, all, { wire }))).toEqual(all.map(() => 'done'));
    const text = (await live())?.data?.mapRoles ?? '';
    expect(text.startsWith(NODES)).toBe(true);
    for (const name of ['fast-1', 'fast-2', 'fast-3', 'one', 'two', 'three']) expect(text).toContain(`role/${name}`);
  });

  it('a backup stands in the cluster and on the disk before the first write', async () => {
    await set({ mapRoles: NODES + OTHER });
    const kept = new Map<string, string>();
    const events: { kind: string }[] = [];
    await runOn(world, all, { kept, events: events as never });
    const [[name, text] = ['', '']] = [...kept];
    expect(name).toMatch(/^111111111111\/eu-west-1\/prod\/aws-auth-[0-9a-f]{12}\.json$/);
    expect(JSON.parse(text).data).toEqual({ mapRoles: NODES + OTHER });
    const inCluster = (await kube({
      method: 'GET',
      path: `/api/v1/namespaces/kube-system/configmaps/causeway-backup-${name.split('/').at(-1)?.replace('.json', '')}`,
    })) as Live;
    expect(inCluster.data?.['before.json']).toBe(text);
    expect(events.filter(({ kind }) => kind === 'backup')).toHaveLength(1);
  });

  const one = (resource: Resource, verb: Step['verb'], present?: Resource): Step => ({
    ...stepOf('g', resource, verb),
    ...(present === undefined ? {} : { present }),
  });
  const mine = rows[0] as Resource;
  const foreign = { ...mine, tags: { 'causeway:owner': 'other-file/g', 'causeway:digest': 'x' } } as Resource;

  it.each([
    ['is broken', '- rolearn: [x\n', one(mine, 'create'), /not valid YAML/],
    ['is no list', 'x: y\n', one(mine, 'create'), /not a list/],
    [
      'has the row already, of nobody',
      `- {rolearn: "arn:aws:iam::${PLATFORM}:role/one", username: x}\n`,
      one(mine, 'create'),
      /not-ours/,
    ],
    ['lost the row', NODES, one(mine, 'update', mine), /not there any more/],
    [
      'has the row twice',
      `- {rolearn: "arn:aws:iam::${PLATFORM}:role/one"}\n- {rolearn: "arn:aws:iam::${PLATFORM}:role/one"}\n`,
      one(mine, 'delete'),
      /not-ours/,
    ],
  ])('a text that %s stays as it is', async (_, mapRoles, step, reason) => {
    await set({ mapRoles });
    expect(told(await runOn(world, [step]))).toEqual([expect.stringMatching(reason)]);
    expect((await live())?.data).toEqual({ mapRoles });
  });

  it('a row of another file is left alone', async () => {
    await set(undefined);
    await runOn(world, [one(foreign, 'create')]);
    const before = await live();
    for (const step of [
      one(mine, 'create'),
      one({ ...mine, username: 'y' } as Resource, 'update', foreign),
      one(mine, 'delete', foreign),
    ])
      expect(told(await runOn(world, [step], { mayAdopt: true }))).toEqual([expect.stringMatching(/not-ours.*other-file/)]);
    expect(await live()).toEqual(before);
  });
});
