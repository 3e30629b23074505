import { describe, expect, test } from 'vitest';
import { makeInventory, type Source } from '../../src/inventory/index.ts';

const A = '111111111111';
const deny = { Version: '2012-10-17', Statement: [] };
const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

interface RoleSketch {
  readonly trust?: unknown;
  readonly inline?: unknown;
  readonly id?: string;
}

function dump({ trust = deny, inline, id = 'AROA1' }: RoleSketch): unknown {
  const role = {
    Path: '/',
    RoleName: 'ci',
    RoleId: id,
    Arn: `arn:aws:iam::${A}:role/ci`,
    AssumeRolePolicyDocument: trust,
    RolePolicyList: inline === undefined ? [] : [{ PolicyName: 'p', PolicyDocument: inline }],
    AttachedManagedPolicies: [],
  };
  return { UserDetailList: [], GroupDetailList: [], RoleDetailList: [role], Policies: [] };
}

function inventoryOf(...dumps: readonly unknown[]) {
  const sources = dumps.map((value, i): Source => {
    const text = JSON.stringify(value);
    return { path: `accounts/${A}/iam/${i}.json`, size: text.length, text: () => text };
  });
  const inventory = makeInventory(sources);
  const iam = inventory.accounts.get(A)?.iam();
  if (iam?.state !== 'collected') throw new Error('not collected');
  const role = iam.value.role('ci');
  if (role === undefined) throw new Error('no role');
  return { role, codes: inventory.problems().map(({ code }) => code) };
}

describe('two dumps of one account', () => {
  test('that say the same are one', () => {
    const { role, codes } = inventoryOf(dump({ inline: allow }), dump({ inline: allow }));
    expect(codes).toEqual([]);
    expect(role.policies.map(({ gap }) => gap)).toEqual([undefined]);
    expect(role.trust.gap).toBeUndefined();
  });

  test.each([
    ['an inline policy that is gone', { inline: allow }, {}],
    ['an inline policy that differs', { inline: allow }, { inline: deny }],
    ['a role made again', { id: 'AROA1' }, { id: 'AROA2' }],
  ])('%s: the identity policies are not judged, in either order', (_, one, two) => {
    for (const pair of [
      [one, two],
      [two, one],
    ]) {
      const { role, codes } = inventoryOf(...pair.map((sketch) => dump(sketch)));
      expect(codes).toContain('conflict');
      expect(role.policies.some(({ gap }) => gap?.state === 'unjudged')).toBe(true);
    }
  });

  test('a trust policy that differs is not judged, in either order', () => {
    for (const [one, two] of [
      [allow, deny],
      [deny, allow],
    ]) {
      const { role, codes } = inventoryOf(dump({ trust: one }), dump({ trust: two }));
      expect(codes).toContain('conflict');
      expect(role.trust.gap?.state).toBe('unjudged');
    }
  });
});
