import { describe, expect, test } from 'vitest';
import { findDrift, type GrantsFile, handOver, type Plan, planRevoke, type Step } from '../../src/grants/index.ts';
import { applyChange, type Inventory, type Json, type Resource } from '../../src/inventory/index.ts';
import { A, applied, awayRole, B, grantFile, NOW, openSteps, planOf, ROLE, stepsOf, world } from './world.ts';

const CI = `arn:aws:iam::${B}:role/ci`;
const OPS = `arn:aws:iam::${B}:role/ops`;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NAME = 'end-older-sessions';
const END = `inline-policy ${ROLE} ${NAME}`;
const EMPTY = world({ home: [], away: [awayRole('ci'), awayRole('ops')] });
const GITHUB = (repo: string): string => `{ github: { repo: ${repo}, environment: prod } }`;

const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

const deny = (moment: string | number, more: Readonly<Record<string, Json>> = {}): Json => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': moment } }, ...more },
  ],
});

function applyOf(file: GrantsFile, inventory: Inventory = EMPTY): Inventory {
  return applied(planOf(file, inventory), inventory);
}

const endIn = ({ steps }: Pick<Plan, 'steps'>): Step | undefined => steps.find(({ id }) => id === END);
const said = (step: Step | undefined): string => (step === undefined ? 'none' : `${step.state} ${step.verb}`);

/** The inventory with a policy of the name on the grant's role. */
function withPolicy(inventory: Inventory, document: Json): Inventory {
  return applyChange(inventory, { kind: 'put', resource: { kind: 'inline-policy', principalArn: ROLE, name: NAME, document } });
}

/** What an apply changes in the file, and whether sessions end by it. */
const CHANGES: readonly { readonly name: string; readonly from: string; readonly to: string; readonly ends: boolean }[] = [
  { name: 'a principal goes', from: `to: ["${CI}", "${OPS}"]`, to: `to: "${CI}"`, ends: true },
  { name: 'a principal is another one', from: `to: "${CI}"`, to: `to: "${OPS}"`, ends: true },
  { name: 'one that cannot be named goes', from: `to: ["${CI}", "${CI}-gone"]`, to: `to: "${CI}"`, ends: true },
  { name: 'a repository goes', from: `to: [${GITHUB('o/r')}, ${GITHUB('o/s')}]`, to: `to: ${GITHUB('o/r')}`, ends: true },
  {
    name: 'a service account goes',
    from: `to: [{ podIdentity: { cluster: prod, namespace: a, serviceAccount: x, role: "${CI}" } }, { podIdentity: { cluster: prod, namespace: b, serviceAccount: x, role: "${CI}" } }]`,
    to: `to: { podIdentity: { cluster: prod, namespace: a, serviceAccount: x, role: "${CI}" } }`,
    ends: true,
  },
  { name: 'a principal comes', from: `to: "${CI}"`, to: `to: ["${CI}", "${OPS}"]`, ends: false },
  { name: 'a requirement comes', from: `to: "${CI}"`, to: `to: "${CI}", require: { externalId: abc }`, ends: false },
  { name: 'the session gets shorter', from: `to: "${CI}", session: 4h`, to: `to: "${CI}", session: 1h`, ends: false },
  { name: 'it expires', from: `to: "${CI}"`, to: `to: "${CI}", expires: 2027-03-31`, ends: false },
  { name: 'nothing changes', from: `to: "${CI}"`, to: `to: "${CI}"`, ends: false },
  { name: 'direct', from: `via: direct, to: ["${CI}", "${OPS}"]`, to: `via: direct, to: "${CI}"`, ends: false },
];

describe('an apply that takes a principal out of a role that stays', () => {
  test.each(CHANGES)('$name', ({ from, to, ends }) => {
    const file = grantFile(`${to}, access: edit`);
    const before = applyOf(grantFile(`${from}, access: edit`));
    const plan = planOf(file, before);
    expect(said(endIn(plan))).toBe(ends ? 'to-do create' : 'none');
    const role = plan.steps.find(({ id }) => id === `role ${ROLE}`);
    expect(role?.after ?? []).toEqual(ends ? [END] : []);
    const made = applied(plan, before);
    expect(openSteps(planOf(file, made)).filter((step) => !step.startsWith('other-owner'))).toEqual([]);
    expect(said(endIn(planOf(file, made)))).toBe(ends ? 'done update' : 'none');
    const { drifted, pending } = findDrift(file, made, { now: NOW });
    expect([...drifted, ...pending].filter(({ text }) => !text.includes('CI-gone'))).toEqual([]);
  });

  test('a principal that is named by its account, or by its ARN again, stays the same', () => {
    const file = grantFile(`to: "${CI}", access: edit`);
    const unseen = applyOf(file, world({ home: [] }));
    const role = planOf(file, unseen).steps.find(({ id }) => id === `role ${ROLE}`)?.present;
    if (role === undefined) throw new Error('no role');
    const seen = applyChange(EMPTY, { kind: 'put', resource: role });
    expect(said(endIn(planOf(file, seen)))).toBe('none');
  });

  test('somebody whom a hand let in goes out again, with the sessions', () => {
    const file = grantFile(`to: "${CI}", access: edit`);
    const made = applyOf(file);
    const role = planOf(file, made).steps.find(({ id }) => id === `role ${ROLE}`)?.present;
    if (role?.kind !== 'role') throw new Error('no role');
    const trust = (AWS: Json): Json => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
    });
    for (const who of [[CI, OPS], `arn:aws:iam::${B}:root`, '*', [CI, 'AROAEXAMPLEID']]) {
      const inventory = applyChange(made, { kind: 'put', resource: { ...role, trust: trust(who) } });
      expect(said(endIn(planOf(file, inventory)))).toBe('to-do create');
      const { drifted } = findDrift(file, inventory, { now: NOW });
      expect(drifted.map(({ step }) => step)).toEqual([`role ${ROLE}`]);
    }
    // Whom it kept out has no session.
    const denied: Json = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: CI }, Action: 'sts:AssumeRole' },
        { Effect: 'Deny', Principal: { AWS: OPS }, Action: 'sts:AssumeRole' },
      ],
    };
    const plan = planOf(file, applyChange(made, { kind: 'put', resource: { ...role, trust: denied } }));
    expect([said(endIn(plan)), openSteps(plan)]).toEqual(['none', [`to-do update role ${ROLE}`]]);
  });

  test('a trust policy that nobody can plan stays, and so do its sessions', () => {
    const irsa = '{ irsa: { cluster: prod, namespace: a, serviceAccount: b } }';
    const made = applyOf(grantFile(`to: ["${CI}", "${OPS}"], access: edit`));
    const plan = planOf(grantFile(`to: ["${CI}", ${irsa}], access: edit`), made);
    expect(stepsOf(plan)).toContain(`not-visible update role ${ROLE}`);
    expect(said(endIn(plan))).toBe('none');
  });

  test('of an account that is not ours both are handed over', () => {
    const before = applyOf(grantFile(`to: ["${CI}", "${OPS}"], access: edit`));
    const plan = planOf(grantFile(`to: "${CI}", access: edit`), before, { mine: new Set([B]) });
    expect(said(endIn(plan))).toBe('other-owner create');
    const files = new Map(handOver(plan.steps, { file: 'f' }).map(({ path, text }) => [path, text]));
    const script = files.get(`${A}/commands.sh`) ?? '';
    expect(script).toContain('moment=$(($(date +%s) + 120))');
    expect(script).toMatch(
      /put-role-policy --role-name g --policy-name end-older-sessions --policy-document '.*"'"\$moment"'".*'/,
    );
    expect(script.indexOf('put-role-policy')).toBeLessThan(script.indexOf('update-assume-role-policy'));
    expect(files.get(`${A}/main.tf`)).not.toContain('TokenIssueTime');
    expect(files.get(`${A}/README.md`)).toMatch(/main.tf.*Not in it, .*end-older-sessions/);
    expect([...files.keys()].filter((path) => path.includes(NAME))).toEqual([]);
  });
});

/** What stands on the role, and what a later plan of the same file makes of it. */
const STANDING: readonly { readonly name: string; readonly document: Json; readonly plan: string; readonly drift: string }[] = [
  { name: 'its moment is to come', document: deny(iso(NOW + 2 * MINUTE)), plan: 'done update', drift: '' },
  { name: 'its moment has been', document: deny(iso(NOW - 11 * HOUR)), plan: 'done update', drift: '' },
  { name: 'seconds since 1970', document: deny(String((NOW - HOUR) / 1000)), plan: 'done update', drift: '' },
  { name: 'as a number', document: deny((NOW - HOUR) / 1000), plan: 'done update', drift: '' },
  { name: 'a Sid', document: deny(iso(NOW - HOUR), { Sid: 'RevokeOlderSessions' }), plan: 'done update', drift: '' },
  { name: '12 hours on', document: deny(iso(NOW - 12 * HOUR)), plan: 'to-do delete', drift: 'edited' },
  { name: 'a moment that nobody can have written', document: deny(iso(NOW + HOUR)), plan: 'to-do update', drift: 'changed' },
  { name: 'a moment that is none', document: deny('soon'), plan: 'to-do update', drift: 'changed' },
  { name: 'other actions', document: deny(iso(NOW), { Action: 'eks:*' }), plan: 'to-do update', drift: 'changed' },
  { name: 'an allow', document: deny(iso(NOW), { Effect: 'Allow' }), plan: 'to-do update', drift: 'changed' },
  { name: 'no statement', document: { Version: '2012-10-17', Statement: [] }, plan: 'to-do update', drift: 'changed' },
];

describe('the policy on a role later', () => {
  const file = grantFile(`to: "${CI}", access: edit`);

  test.each(STANDING)('$name', ({ document, plan, drift }) => {
    const inventory = withPolicy(applyOf(file), document);
    const made = planOf(file, inventory);
    expect(said(endIn(made))).toBe(plan);
    expect(stepsOf(made).filter((step) => !step.startsWith('done') && !step.endsWith(NAME))).toEqual([]);
    const { drifted, pending } = findDrift(file, inventory, { now: NOW });
    expect([...drifted, ...pending].map(({ code }) => code).join()).toBe(drift);
    expect(drifted.length > 0).toBe(drift === 'changed');
    expect(openSteps(planOf(file, applied(made, inventory)))).toEqual([]);
    expect(made.warnings.map(({ code }) => code)).not.toContain('extra-policy');
    if (plan !== 'to-do update') expect(made.lockOuts).toEqual([]);
  });

  test('when somebody goes again, the moment is a new one, and never an earlier one', () => {
    const two = applyOf(grantFile(`to: ["${CI}", "${OPS}"], access: edit`));
    for (const [stands, wanted] of [
      [NOW - HOUR, NOW + 2 * MINUTE],
      [NOW + 10 * MINUTE, NOW + 10 * MINUTE],
    ] as const) {
      const end = endIn(planOf(file, withPolicy(two, deny(iso(stands)))));
      expect(said(end)).toBe('to-do update');
      expect(JSON.stringify(end?.resource)).toContain(iso(wanted));
    }
  });

  test('it goes with the grant, after what it denies', () => {
    const inventory = withPolicy(applyOf(file), deny(iso(NOW)));
    for (const plan of [
      planRevoke(file, inventory, { grant: 'g' }, { now: NOW }),
      planOf(grantFile(`to: "${CI}", access: edit, expires: 2020-01-01`), inventory),
    ]) {
      const ids = (plan?.steps ?? []).filter(({ verb }) => verb === 'delete').map(({ id }) => id);
      expect(ids.slice(-4)).toEqual([
        `inline-policy ${ROLE} describe-cluster`,
        END,
        `role ${ROLE}`,
        `inline-policy ${CI} causeway-f-g`,
      ]);
      const end = plan?.steps.find(({ id }) => id === END);
      expect(end?.after).toContain(`inline-policy ${ROLE} describe-cluster`);
    }
  });
});

describe('revoke of a principal', () => {
  const file = grantFile(`to: ["${CI}", "${OPS}"], access: edit`);
  const revoke = (inventory: Inventory, now = NOW): Plan => {
    const plan = planRevoke(file, inventory, { principal: OPS }, { now });
    if (plan === undefined) throw new Error('nothing to revoke');
    return plan;
  };
  const made = applyOf(file);
  const steps = revoke(made).steps.filter(({ state }) => state === 'to-do');

  test('ends the sessions, then takes the way', () => {
    expect(steps.map(({ verb, id }) => `${verb} ${id}`)).toEqual([
      `create ${END}`,
      `update role ${ROLE}`,
      `delete inline-policy ${OPS} causeway-f-g`,
    ]);
    const [end, role] = steps;
    expect(role?.after).toContain(END);
    expect(end?.resource).toEqual({
      kind: 'inline-policy',
      principalArn: ROLE,
      name: NAME,
      document: deny(iso(NOW + 2 * MINUTE)),
    });
    expect(end?.notes[0]).toBe(`let in no more: ${OPS}`);
    expect(end?.notes.join()).toContain('nothing to Kubernetes');
    expect(
      revoke(made)
        .warnings.map(({ text }) => text)
        .join(),
    ).toContain('takes new tokens of it, until it ends');
  });

  test('may be cut off after any step, and comes to the same end', () => {
    const whole = applied(revoke(made), made);
    for (let n = 0; n <= steps.length; n++) {
      const cut = applied({ ...revoke(made), steps: steps.slice(0, n) }, made);
      const later = NOW + 5 * MINUTE;
      const again = revoke(cut, later);
      // As long as the trust policy is to change, the moment is a new one; afterwards it stays.
      const wanted = said(again.steps.find(({ id }) => id === END));
      expect(wanted).toBe(n === 0 ? 'to-do create' : n === 1 ? 'to-do update' : 'done update');
      const ended = applied(again, cut);
      expect(revoke(ended, later).steps.filter(({ state }) => state !== 'done')).toEqual([]);
      const end = revoke(ended, later).steps.find(({ id }) => id === END);
      expect(JSON.stringify(end?.resource)).toContain(iso((n < 2 ? later : NOW) + 2 * MINUTE));
      expect(openSteps(planOf(grantFile(`to: "${CI}", access: edit`), ended))).toEqual([]);
    }
    expect(openSteps(planOf(grantFile(`to: "${CI}", access: edit`), whole))).toEqual([]);
  });

  test('a grant that nobody else has goes as a whole, and needs none', () => {
    const one = grantFile(`to: "${OPS}", access: edit`);
    const plan = planRevoke(one, applyOf(one), { principal: OPS }, { now: NOW });
    expect(plan?.steps.map(({ verb }) => verb)).not.toContain('create');
    expect(plan?.steps.map(({ id }) => id)).not.toContain(END);
  });
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ['of nobody', {}],
  ['of another file', { 'causeway:owner': 'other/g' }],
  ['of another grant', { 'causeway:owner': 'f/h' }],
])('a role %s gets none, not even with --adopt', (_, tags) => {
  const file = grantFile(`to: "${CI}", access: edit`);
  const made = applyOf(grantFile(`to: ["${CI}", "${OPS}"], access: edit`));
  const role = planOf(file, made).steps.find(({ id }) => id === `role ${ROLE}`)?.present;
  if (role?.kind !== 'role') throw new Error('no role');
  const resource: Resource = { ...role, tags };
  const inventory = applyChange(made, { kind: 'put', resource });
  for (const adopt of [false, true]) {
    expect(said(endIn(planOf(file, inventory, { adopt })))).toBe('none');
  }
  // What stands there is not taken for ours either, unless it is of the file.
  const standing = endIn(planOf(file, withPolicy(inventory, deny(iso(NOW)))));
  expect(said(standing)).toBe(tags['causeway:owner'] === 'f/h' ? 'to-do delete' : 'none');
});
