import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../src/edge/collect/index.ts';
import { type Front, type FrontCall, type FrontMishap, jsonRefusal, queryRefusal, startFront } from '../loopback/front.ts';
import { type LabDouble, startLabDouble } from '../loopback/lab.ts';
import { inventoryOf, PLATFORM, PROD, requestFor, worldOf } from './world.ts';

let lab: LabDouble;
let front: Front;
let env: Record<string, string> = {};
let mishap: (call: FrontCall) => FrontMishap | undefined = () => undefined;
beforeAll(async () => {
  lab = await startLabDouble();
});
afterAll(() => lab.close());
beforeEach(async () => {
  mishap = () => undefined;
  front = await startFront(
    () => lab.lab.endpoint,
    (call) => mishap(call),
  );
  env = await around(`${PLATFORM}/admin`);
  return () => front.close();
});

/** The shell of somebody whose calls go through the front; tokens are for the lab itself. */
async function around(as: string): Promise<Record<string, string>> {
  return { ...(await lab.shell(as)), AWS_ENDPOINT_URL: front.url, AWS_ENDPOINT_URL_STS: lab.lab.endpoint };
}

/** Reads with a mishap for one operation. */
async function readWith(operation: string, trouble: (call: FrontCall) => FrontMishap | undefined, more = {}) {
  mishap = (call) => (call.operation === operation ? trouble(call) : undefined);
  const world = worldOf(env, more);
  const collection = await collect(requestFor(), world);
  const inventory = inventoryOf(collection);
  const missing = collection.missing.filter(({ path }) => !path.startsWith('organizations'));
  const asked = front.calls.filter((call) => call.operation === operation).length;
  return { collection, inventory, missing, asked, slept: world.slept };
}

const iamOf = (inventory: ReturnType<typeof inventoryOf>) => inventory.accounts.get(PLATFORM)?.iam();
const [ONCE, TWICE] = [1, 2];

describe('what passes is asked again, and nothing is missing', () => {
  const cases: readonly (readonly [string, string, FrontMishap])[] = [
    ['IAM throttles', 'GetAccountAuthorizationDetails', queryRefusal(400, 'Throttling', 'Rate exceeded')],
    ['EKS throttles', 'DescribeAccessEntry', jsonRefusal(429, 'ThrottlingException')],
    ['IAM fails', 'ListRoles', queryRefusal(500, 'ServiceFailure')],
    ['EKS is not there', 'ListAccessEntries', { status: 503, body: '<html>' }],
    ['the connection is cut', 'DescribeCluster', 'cut'],
    ['an answer is no XML', 'ListOpenIDConnectProviders', { status: 502, body: 'Bad gateway' }],
  ];
  test.each(cases)('%s', async (_name, operation, trouble) => {
    const usual = await readWith(operation, () => undefined);
    const { missing, asked, slept } = await readWith(operation, ({ nth }) =>
      nth <= usual.asked + TWICE && nth > usual.asked ? trouble : undefined,
    );
    expect([missing, asked]).toEqual([[], 2 * usual.asked + TWICE]);
    expect(slept.length).toBeGreaterThan(0);
  });
});

describe('what does not pass is a gap, and the rest is there', () => {
  const denied = (action: string) => `User: arn:aws:iam::${PLATFORM}:user/admin is not authorized to perform: ${action}`;

  test('IAM denies the account list', async () => {
    const { missing, inventory, asked } = await readWith('GetAccountAuthorizationDetails', () =>
      queryRefusal(403, 'AccessDenied', denied('iam:GetAccountAuthorizationDetails')),
    );
    expect(missing).toMatchObject([
      { path: `accounts/${PLATFORM}/iam.json`, state: 'refused', call: 'iam:GetAccountAuthorizationDetails' },
    ]);
    expect([asked, iamOf(inventory)?.state]).toEqual([ONCE, 'refused']);
    expect(inventory.clusters[0]?.accessEntries().state).toBe('collected');
  });

  test('EKS denies the entries', async () => {
    const { missing, inventory } = await readWith('ListAccessEntries', () =>
      jsonRefusal(403, 'AccessDeniedException', denied('eks:ListAccessEntries')),
    );
    expect(missing.map(({ call }) => call)).toEqual(['eks:ListAccessEntries']);
    expect(inventory.clusters[0]?.accessEntries().state).toBe('refused');
    expect(inventory.clusters[0]?.rbac().state).toBe('collected');
  });

  test('EKS denies one entry, and the policies of another', async () => {
    const { missing, inventory } = await readWith('DescribeAccessEntry', ({ text }) =>
      text.includes('security-audits') ? jsonRefusal(403, 'AccessDeniedException', denied('eks:DescribeAccessEntry')) : undefined,
    );
    expect(missing).toHaveLength(ONCE);
    const entries = inventory.clusters[0]?.accessEntries();
    const found = entries?.state === 'collected' ? entries.value : [];
    expect(found.map(({ principalArn, gap }) => [principalArn.split('/').at(-1), gap?.state])).toEqual(
      expect.arrayContaining([
        ['admin', undefined],
        ['security-audits', 'notCollected'],
      ]),
    );
    const other = await readWith('ListAssociatedAccessPolicies', ({ text }) =>
      text.includes('user/admin') ? jsonRefusal(403, 'AccessDeniedException', denied('eks:List')) : undefined,
    );
    const again = other.inventory.clusters[0]?.accessEntries();
    const admin =
      again?.state === 'collected' ? again.value.find(({ principalArn }) => principalArn.endsWith('admin')) : undefined;
    expect(admin?.policies.state).not.toBe('collected');
  });

  test('the cluster may not be described: its entries still are read', async () => {
    const { missing, inventory } = await readWith('DescribeCluster', () =>
      jsonRefusal(403, 'AccessDeniedException', denied('eks:DescribeCluster')),
    );
    expect(missing.map(({ path }) => path)).toEqual([`accounts/${PLATFORM}/eks/eu-west-1/prod/cluster.json`]);
    const [cluster] = inventory.clusters;
    expect([cluster?.description.state, cluster?.accessEntries().state, cluster?.rbac().state]).toEqual([
      'refused',
      'collected',
      'notCollected',
    ]);
  });

  test('IAM throttles for ever: it is given up, within bounds', async () => {
    const { missing, inventory, asked, slept } = await readWith('GetAccountAuthorizationDetails', () =>
      queryRefusal(400, 'Throttling', 'Rate exceeded'),
    );
    expect(missing).toMatchObject([{ state: 'notCollected', error: expect.stringContaining('Rate exceeded') }]);
    expect(iamOf(inventory)?.state).toBe('notCollected');
    expect(asked).toBeLessThanOrEqual(8);
    expect(slept.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(90_000);
  });

  test('EKS never answers', async () => {
    // On a busy machine other calls may be too late as well; what counts is that this one always is.
    const { missing, inventory } = await readWith('ListAccessEntries', () => 'hang', { timeoutMs: 100 });
    expect(missing).toContainEqual(expect.objectContaining({ state: 'notCollected', call: 'eks:ListAccessEntries' }));
    expect(inventory.clusters[0]?.accessEntries().state).toBe('notCollected');
  });

  test('pages that go round', async () => {
    const page = `<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountAuthorizationDetailsResult><IsTruncated>true</IsTruncated><Marker>again</Marker><RoleDetailList/></GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>`;
    const { missing, inventory, asked } = await readWith('GetAccountAuthorizationDetails', () => ({ status: 200, body: page }));
    expect(missing).toMatchObject([{ state: 'notCollected', error: expect.stringContaining('do not come to an end') }]);
    expect(asked).toBe(TWICE);
    const iam = iamOf(inventory);
    expect(iam?.state === 'collected' ? iam.value.lacks : ['Role']).toContain('Role');
  });

  test('the second page is denied: what the first had is kept, and is known to be a part', async () => {
    const first = `<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountAuthorizationDetailsResult><IsTruncated>true</IsTruncated><Marker>two</Marker><RoleDetailList><member><Path>/</Path><RoleName>first</RoleName><RoleId>AROAFIRST</RoleId><Arn>arn:aws:iam::${PLATFORM}:role/first</Arn><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument></member></RoleDetailList></GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>`;
    const { inventory, missing } = await readWith('GetAccountAuthorizationDetails', ({ nth }) =>
      nth === 1 ? { status: 200, body: first } : queryRefusal(403, 'AccessDenied'),
    );
    const account = inventory.accounts.get(PLATFORM);
    const iam = account?.iam();
    expect(iam?.state === 'collected' && [iam.value.role('first')?.arn, iam.value.lacks.includes('Role')]).toEqual([
      `arn:aws:iam::${PLATFORM}:role/first`,
      true,
    ]);
    expect(account?.trusts().state === 'collected' && account.moreRoles()?.state).toBe('notCollected');
    expect(missing).toHaveLength(ONCE);
  });

  test('the API server cannot be reached', async () => {
    const cluster = {
      name: 'prod',
      arn: PROD,
      status: 'ACTIVE',
      endpoint: `https://127.0.0.1:${new URL(front.url).port}`,
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
      certificateAuthority: { data: '' },
    };
    const { missing, inventory } = await readWith('DescribeCluster', () => ({ status: 200, body: JSON.stringify({ cluster }) }));
    expect(missing).toMatchObject([{ path: `accounts/${PLATFORM}/eks/eu-west-1/prod/kubernetes`, state: 'notCollected' }]);
    const [live] = inventory.clusters;
    expect([live?.awsAuth().state, live?.rbac().state, live?.namespaces().state]).toEqual(Array(3).fill('notCollected'));
    expect(live?.accessEntries().state).toBe('collected');
  });
});

describe('credentials that expire on the way', () => {
  test('are made anew once, and the reading goes on', async () => {
    const role = { kind: 'role', arn: `arn:aws:iam::${PLATFORM}:role/causeway/platform-access/ci-deploys-my-app` } as const;
    env = await around('222222222222/ci-runner');
    const before = lab.log.length;
    const keys = new Set<string>();
    mishap = ({ service, accessKeyId }) => {
      keys.add(accessKeyId);
      return keys.size === 1
        ? service === 'eks'
          ? jsonRefusal(403, 'ExpiredTokenException')
          : queryRefusal(403, 'ExpiredToken')
        : undefined;
    };
    const collection = await collect(requestFor(), worldOf(env, { entrances: { [PLATFORM]: role } }));
    expect(keys.size).toBe(TWICE);
    expect(lab.log.slice(before).filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(TWICE);
    expect(collection.files.map(({ path }) => path)).toContain(`accounts/${PLATFORM}/eks/eu-west-1/prod/cluster.json`);
  });

  test('and expire again: a gap, not a circle', async () => {
    const role = { kind: 'role', arn: `arn:aws:iam::${PLATFORM}:role/causeway/platform-access/ci-deploys-my-app` } as const;
    env = await around('222222222222/ci-runner');
    const before = lab.log.length;
    mishap = ({ service }) => (service === 'eks' ? jsonRefusal(403, 'ExpiredTokenException', 'expired') : undefined);
    const { missing } = await collect(requestFor(), worldOf(env, { entrances: { [PLATFORM]: role } }));
    expect(missing).toContainEqual(expect.objectContaining({ call: 'eks:DescribeCluster', state: 'refused' }));
    expect(front.calls.filter(({ operation }) => operation === 'DescribeCluster').length).toBeLessThanOrEqual(TWICE);
    expect(lab.log.slice(before).filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(TWICE);
  });

  test('keys that are what they were are not tried again', async () => {
    const { missing, asked } = await readWith('ListRoles', () => queryRefusal(403, 'ExpiredToken'));
    expect([missing.length, asked]).toEqual([ONCE, ONCE]);
  });
});
