import { CreateAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from '../../src/edge/collect/index.ts';
import { type LabDouble, startLabDouble } from '../loopback/lab.ts';
import { DELIVERY, inventoryOf, PLATFORM, PROD, requestFor, worldOf } from './world.ts';

/** What is there, as far as the number of calls hangs on it. */
interface There {
  readonly accounts: number;
  /** Users, groups, roles and policies of each account. */
  readonly things: readonly number[];
  readonly roles: number;
  readonly roleQuestions: number;
  readonly entries: number;
  readonly mode: 'CONFIG_MAP' | 'API_AND_CONFIG_MAP';
}

const pages = (count: number, size: number): number => Math.max(1, Math.ceil(count / size));

/** The formula of docs/collect.md, for one cluster without node entries and lists of Kubernetes of one page. */
function formula({ accounts, things, roles, roleQuestions, entries, mode }: There): number {
  const iam = things.reduce((sum, count) => sum + pages(count, 1000), 0) + accounts;
  const questions = Math.min(roleQuestions, Math.ceil(roles / 1000));
  const eks = 1 + (mode === 'CONFIG_MAP' ? 0 : pages(entries, 100) + 2 * entries);
  // Every account asks what its organization is, and none of these may read it.
  const organizations = 2 * accounts;
  return iam + questions + organizations + eks + 7;
}

const labs: LabDouble[] = [];
const start = async (bare: boolean): Promise<LabDouble> => {
  const lab = await startLabDouble({ bare });
  labs.push(lab);
  return lab;
};
let article: LabDouble;
let bare: LabDouble;
beforeAll(async () => {
  [article, bare] = await Promise.all([start(false), start(true)]);
});
afterAll(() => Promise.all(labs.map(({ close }) => close())));

/** Reads a lab and gives how many calls its log has, but those of STS. */
async function callsOf(lab: LabDouble, accounts: readonly string[]): Promise<number> {
  const shell = await lab.shell(`${PLATFORM}/admin`);
  const env = { ...shell, AWS_CONFIG_FILE: '/nowhere/config', AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials' };
  const others = new Map(
    await Promise.all(accounts.map(async (id) => [id, worldOf(await lab.shell(`${id}/admin`)).enter] as const)),
  );
  const world = worldOf(env, {
    enter: (account) => {
      const enter = others.get(account.id);
      if (enter === undefined) throw new Error(account.id);
      return enter(account);
    },
  });
  const before = lab.log.length;
  const collection = await collect(requestFor({ accounts: accounts.map((id) => ({ id })) }), world);
  const sent = lab.log.slice(before).filter(({ service }) => service !== 'sts');
  expect(Object.values(collection.calls).reduce((sum, each) => sum + each, 0)).toBe(sent.length);
  expect(inventoryOf(collection).problems()).toEqual([]);
  return sent.length;
}

test('the article: two accounts and a cluster', async () => {
  const there = { accounts: 2, things: [10, 10], roles: 2, roleQuestions: 2, entries: 3, mode: 'API_AND_CONFIG_MAP' } as const;
  expect(await callsOf(article, [PLATFORM, DELIVERY])).toBe(formula(there));
});

test('a cluster in mode CONFIG_MAP: nobody asks for entries', async () => {
  const there = { accounts: 1, things: [3], roles: 0, roleQuestions: 0, entries: 0, mode: 'CONFIG_MAP' } as const;
  expect(await callsOf(bare, [PLATFORM])).toBe(formula(there));
});

test('more than a page of entries', async () => {
  const lab = await start(false);
  const shell = await lab.shell(`${PLATFORM}/admin`);
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = shell;
  const options = { region: 'eu-west-1', endpoint: lab.lab.endpoint, credentials: { accessKeyId, secretAccessKey } };
  const [iam, eks] = [new IAMClient(options), new EKSClient(options)];
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const more = { roles: 105, entries: 103 };
  for (let i = 0; i < more.roles; i++) await iam.send(new CreateRoleCommand({ RoleName: `more-${i}`, AssumeRolePolicyDocument }));
  for (let i = 0; i < more.entries; i++) {
    const principalArn = `arn:aws:iam::${PLATFORM}:role/more-${i}`;
    await eks.send(new CreateAccessEntryCommand({ clusterName: 'prod', principalArn }));
  }
  iam.destroy();
  eks.destroy();
  const [roles, entries] = [more.roles + 2, more.entries + 3];
  const there = { accounts: 1, things: [roles + 2], roles, roleQuestions: 2, entries, mode: 'API_AND_CONFIG_MAP' } as const;
  expect(await callsOf(lab, [PLATFORM])).toBe(formula(there));
  const world = worldOf(await lab.shell(`${PLATFORM}/admin`));
  const entriesRead = inventoryOf(await collect(requestFor(), world))
    .clusters.find(({ arn }) => arn === PROD)
    ?.accessEntries();
  expect(entriesRead?.state === 'collected' && entriesRead.value.length).toBe(entries);
});
