import { afterAll, beforeAll, expect, it } from 'vitest';
import { backUp } from '../../src/edge/apply/backup.ts';
import { type Admins, listBackups, prepareRestore, purgeBackups, type Restore } from '../../src/edge/apply/index.ts';
import type { AccessEntryResource, Resource } from '../../src/inventory/index.ts';
import { accessPolicy, CI, entry, role, row, stepOf } from './steps.ts';
import { adminsOf, type LabWorld, labWorld, PROD, runOn, told } from './world.ts';

let world: LabWorld;
let admins: Admins;
beforeAll(async () => {
  world = await labWorld();
  admins = adminsOf(world);
});
afterAll(() => world.lab.close());

const CONFIG_MAPS = '/api/v1/namespaces/kube-system/configmaps';
const ready = async (at = 0): Promise<Restore> => {
  const backup = (await listBackups(admins, PROD))[at];
  if (backup === undefined) throw new Error('no backup');
  const restore = await prepareRestore(admins, PROD, backup);
  if ('refused' in restore) throw new Error(restore.refused);
  return restore;
};

it('aws-auth comes back byte for byte, unless somebody wrote in between', async () => {
  const kube = admins.kube(PROD);
  const metadata = { name: 'aws-auth', namespace: 'kube-system', annotations: { theirs: 'x' } };
  const data = { mapRoles: '# nodes\n[]\n', mapAccounts: '- "1"\n' };
  await kube({ method: 'POST', path: CONFIG_MAPS, body: { metadata, data } });
  expect(told(await runOn(world, [stepOf('g', row('g', ['a']))]))).toEqual(['done']);
  const late = await ready();
  expect(late.now).toContain('role/g');
  expect(late.before).not.toContain('role/g');
  await kube({ method: 'PATCH', path: `${CONFIG_MAPS}/aws-auth`, body: { data: { more: 'y' } } });
  expect(await late.run()).toBe(false);
  expect(await (await ready()).run()).toBe(true);
  expect(await kube({ method: 'GET', path: `${CONFIG_MAPS}/aws-auth` })).toMatchObject({
    data,
    metadata: { annotations: { theirs: 'x' } },
  });
  const again = await ready();
  expect(again.now).toBe(again.before);
  await kube({ method: 'DELETE', path: `${CONFIG_MAPS}/aws-auth` });
  expect(await (await ready()).run()).toBe(true);
  expect(await kube({ method: 'GET', path: `${CONFIG_MAPS}/aws-auth` })).toMatchObject({ data });
  expect(await purgeBackups(admins, PROD)).toHaveLength(1);
  expect(await listBackups(admins, PROD)).toEqual([]);
});

it('a text that stands there again counts as new: the default is the state before the last write', async () => {
  const kube = admins.kube(PROD);
  let minute = 0;
  const taken = (text: string) => {
    const object = { metadata: { name: 'aws-auth' }, data: { mapRoles: text } };
    const places = {
      keep: (name: string) => name,
      now: () => new Date(60_000 * minute++),
      onEvent: () => {},
    };
    return backUp({ what: 'aws-auth', clusterArn: PROD, object }, kube, places);
  };
  for (const text of ['A', 'B', 'A']) await taken(text);
  const all = await listBackups(admins, PROD);
  expect(all.map(({ text }) => JSON.parse(text).data.mapRoles)).toEqual(['A', 'B']);
  expect(await purgeBackups(admins, PROD)).toHaveLength(2);
});

it('an access entry of somebody else comes back with its policies', async () => {
  const shared: AccessEntryResource = { ...(entry('s', ['theirs']) as AccessEntryResource), tags: { team: 'x' } };
  const policy = accessPolicy('s', 'AmazonEKSViewPolicy', ['my-app-ns']);
  const make = (resource: Resource) => stepOf('s', resource);
  expect(told(await runOn(world, [make(role('s', CI))]))).toEqual(['done']);
  expect(told(await runOn(world, [make(shared)]))).toEqual(['done']);
  expect(told(await runOn(world, [make(policy)]))).toEqual(['done']);
  await purgeBackups(admins, PROD);
  const wanted = { ...shared, groups: ['ours'], tags: { ...shared.tags, 'causeway:owner': 'platform-access/s' } };
  const steps = [
    { ...stepOf('s', wanted, 'update' as const), present: shared },
    { ...stepOf('s', policy, 'delete' as const), present: policy },
  ];
  expect(told(await runOn(world, steps, { mayAdopt: true }))).toEqual(['done', 'done']);
  const restore = await ready();
  expect(restore.now).toContain('group: ours');
  expect(restore.before).toContain('group: theirs');
  expect(await restore.run()).toBe(true);
  const again = await ready();
  expect(again.now).toBe(again.before);
});
