import { beforeEach, expect, test } from 'vitest';
import { collect } from '../../src/edge/collect/index.ts';
import { type Front, type FrontCall, type FrontMishap, jsonRefusal, queryRefusal, startFront } from '../loopback/front.ts';
import { DELIVERY, inventoryOf, PLATFORM, requestFor, worldOf } from './world.ts';

const MANAGEMENT = '444444444444';
const SCP = 'SERVICE_CONTROL_POLICY';

/** An organization: a root, an OU in an OU, two accounts, and policies by target. */
const PARENTS: Readonly<Record<string, string>> = {
  [PLATFORM]: 'ou-ab12-inner001',
  'ou-ab12-inner001': 'ou-ab12-outer001',
  'ou-ab12-outer001': 'r-ab12',
  [DELIVERY]: 'r-ab12',
};
const ATTACHED: Readonly<Record<string, readonly string[]>> = { 'ou-ab12-inner001': ['p-FullAWSAccess', 'p-limits01'] };

const json = (value: unknown): FrontMishap => ({ status: 200, body: JSON.stringify(value) });
const summary = (Id: string) => ({
  Id,
  Arn: `arn:aws:organizations::${MANAGEMENT}:policy/o-abc123/scp/${Id}`,
  Name: Id,
  Type: SCP,
});

function answer({ operation, text }: FrontCall, kinds: readonly string[]): FrontMishap {
  const asked = JSON.parse(text || '{}') as Readonly<Record<string, string>>;
  switch (operation) {
    case 'DescribeOrganization':
      return json({ Organization: { Id: 'o-abc123', MasterAccountId: MANAGEMENT, FeatureSet: 'ALL' } });
    case 'ListRoots':
      return json({ Roots: [{ Id: 'r-ab12', PolicyTypes: kinds.map((Type) => ({ Type, Status: 'ENABLED' })) }] });
    case 'ListParents':
      return json({ Parents: [{ Id: PARENTS[asked['ChildId'] ?? ''], Type: 'X' }] });
    case 'ListPoliciesForTarget': {
      const all = ATTACHED[asked['TargetId'] ?? ''] ?? ['p-FullAWSAccess'];
      // The first page may be empty and still name another.
      if (asked['NextToken'] === undefined) return json({ Policies: [], NextToken: 'two' });
      return json({ Policies: all.map(summary) });
    }
    case 'DescribePolicy':
      return json({
        Policy: { PolicySummary: summary(asked['PolicyId'] ?? ''), Content: '{"Version":"2012-10-17","Statement":[]}' },
      });
    default:
      return jsonRefusal(400, 'UnknownOperationException');
  }
}

let front: Front;
let world: (call: FrontCall) => FrontMishap | undefined = () => undefined;
beforeEach(async () => {
  front = await startFront(
    () => '',
    (call) => world(call) ?? queryRefusal(403, 'AccessDenied'),
  );
  return () => front.close();
});

const env = (account: string) => ({
  AWS_ENDPOINT_URL: front.url,
  AWS_ACCESS_KEY_ID: `AKIA${account}`,
  AWS_SECRET_ACCESS_KEY: 'x',
});

/** Everybody is who the key says. */
function identity({ accessKeyId }: FrontCall): FrontMishap {
  const account = accessKeyId.slice(4);
  const result = `<Arn>arn:aws:iam::${account}:user/reader</Arn><UserId>AIDA</UserId><Account>${account}</Account>`;
  const body = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
  return { status: 200, body, headers: { 'content-type': 'text/xml' } };
}

async function read(accounts: readonly string[], organizations: (call: FrontCall) => FrontMishap) {
  world = (call) =>
    call.service === 'sts' ? identity(call) : call.service === 'organizations' ? organizations(call) : undefined;
  const around = worldOf({}, { enter: (account) => worldOf(env(account.id)).enter(account) });
  const collection = await collect(requestFor({ accounts: accounts.map((id) => ({ id })), clusters: [] }), around);
  const calls = front.calls.filter(({ service }) => service === 'organizations');
  const file = collection.files.find(({ path }) => path.startsWith('organizations/'));
  const missing = collection.missing.filter(({ path }) => path.startsWith('organizations'));
  return { inventory: inventoryOf(collection), calls, missing, file };
}

test('the policies above the accounts are read, with the fewest calls', async () => {
  const { inventory, calls, missing } = await read([PLATFORM, DELIVERY], (call) => answer(call, [SCP]));
  expect(missing).toEqual([]);
  const [organization] = inventory.organizations;
  const member = organization?.members.get(PLATFORM);
  expect(member?.orgPath).toBe('o-abc123/r-ab12/ou-ab12-outer001/ou-ab12-inner001/');
  const levels = member?.scps.state === 'collected' ? member.scps.value : [];
  expect(levels.map(({ target, policies }) => [target, policies.map(({ name }) => name)])).toEqual([
    ['r-ab12', ['SCP p-FullAWSAccess']],
    ['ou-ab12-outer001', ['SCP p-FullAWSAccess']],
    ['ou-ab12-inner001', ['SCP p-FullAWSAccess', 'SCP p-limits01']],
    [PLATFORM, ['SCP p-FullAWSAccess']],
  ]);
  expect(member?.rcps).toEqual({ state: 'collected', value: [] });
  // Two accounts ask what they are in; root; four parents; five targets of two pages; two policies.
  expect(calls).toHaveLength(2 + 1 + 4 + 2 * 5 + 2);
});

test('one account may not: another is asked, and the management account before all', async () => {
  const deny = (call: FrontCall, who: readonly string[]) =>
    who.some((account) => call.accessKeyId === `AKIA${account}`) && call.operation !== 'DescribeOrganization'
      ? jsonRefusal(400, 'AccessDeniedException')
      : answer(call, [SCP]);
  const one = await read([PLATFORM, DELIVERY], (call) => deny(call, [PLATFORM]));
  expect([one.missing, one.inventory.organizations[0]?.members.get(PLATFORM)?.scps.state]).toEqual([[], 'collected']);
  const all = await read([PLATFORM, DELIVERY], (call) => deny(call, [PLATFORM, DELIVERY]));
  expect(all.missing).toMatchObject([{ path: 'organizations/o-abc123.json', state: 'refused', call: 'organizations:ListRoots' }]);
  expect(all.inventory.organizations[0]?.members.get(PLATFORM)?.scps.state).toBe('refused');
  const before = front.calls.length;
  await read([PLATFORM, MANAGEMENT], (call) => deny(call, [PLATFORM]));
  const roots = front.calls.slice(before).filter(({ operation }) => operation === 'ListRoots');
  expect(roots.map(({ accessKeyId }) => accessKeyId)).toEqual([`AKIA${MANAGEMENT}`]);
});

test('one target that is denied: no policy of the kind is taken for all', async () => {
  const { inventory, missing } = await read([PLATFORM], (call) =>
    call.operation === 'ListPoliciesForTarget' && call.text.includes('outer001')
      ? jsonRefusal(400, 'AccessDeniedException')
      : answer(call, [SCP]),
  );
  expect(missing).toMatchObject([{ part: 'scps', call: 'organizations:ListPoliciesForTarget', state: 'refused' }]);
  expect(inventory.organizations[0]?.members.get(PLATFORM)?.scps.state).toBe('refused');
});

test('a policy without its text is a gap where it is attached', async () => {
  const { inventory, missing } = await read([PLATFORM], (call) =>
    call.operation === 'DescribePolicy' && call.text.includes('limits')
      ? jsonRefusal(400, 'AccessDeniedException')
      : answer(call, [SCP]),
  );
  expect(missing).toMatchObject([{ part: 'scps', call: 'organizations:DescribePolicy' }]);
  const scps = inventory.organizations[0]?.members.get(PLATFORM)?.scps;
  const policies = scps?.state === 'collected' ? scps.value.flatMap((level) => level.policies) : [];
  expect(policies.filter(({ gap }) => gap !== undefined).map(({ name }) => name)).toEqual(['SCP p-limits01']);
});

test('an account of no organization is asked no more', async () => {
  const { calls, file, missing } = await read([PLATFORM], () => jsonRefusal(400, 'AWSOrganizationsNotInUseException'));
  expect([calls.length, file, missing]).toEqual([1, undefined, []]);
});
