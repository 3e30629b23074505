import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvidence, writeEvidence } from '../../src/inventory/evidence.ts';
import { makeInventory } from '../../src/inventory/index.ts';

const ID = '222222222222';
const ABOUT = JSON.stringify({ version: 1, collectedAt: '2026-11-20T06:00:00Z', as: [`arn:aws:iam::${ID}:user/owner`] });
const ROLE = `accounts/${ID}/iam/roles/ci/role.json`;

const text = (...lines: readonly string[]) => ['causeway evidence 1', ...lines, ''].join('\n');

test('what was written is read', () => {
  const path = fc.constantFrom('iam.json', 'iam/roles/a/role.json', 'eks/eu-west-1/prod/cluster.json', 'oidc-providers.json');
  fc.assert(
    fc.property(fc.dictionary(path, fc.jsonValue()), (answers) => {
      const files = Object.entries(answers).map(([name, answer]) => ({
        path: `accounts/${ID}/${name}`,
        text: `${JSON.stringify(answer, null, 2)}\n`,
      }));
      const about = { path: 'inventory.json', text: `${ABOUT}\n` };
      const read = readEvidence(writeEvidence(ID, [about, ...files]));
      if ('error' in read) throw new Error(read.error);
      expect(read).toMatchObject({ account: ID, collectedAt: '2026-11-20T06:00:00Z', as: `arn:aws:iam::${ID}:user/owner` });
      const values = (all: readonly { readonly path: string; readonly text: string }[]) =>
        all.map((file) => [file.path, JSON.parse(file.text)]);
      expect(values(read.files.slice(1))).toEqual(values(files));
    }),
  );
});

test('mail programs may have changed the ends of lines', () => {
  const read = readEvidence(`\ufeff${text(`=== ${ROLE}`, '{"Role": 1}').replaceAll('\n', '\r\n')}`);
  expect(read).toMatchObject({ account: ID, files: [{ path: ROLE, text: '{"Role": 1}\n' }] });
});

describe('what is not evidence of one account', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['another file', '{"Role": 1}', 'its first line is not'],
    ['nothing', text(), 'nothing is in it'],
    ['text before the first file', text('warning: old aws', `=== ${ROLE}`), 'line 2 stands before'],
    ['two accounts', text(`=== ${ROLE}`, '{}', '=== accounts/333333333333/iam.json', '{}'), 'several accounts'],
    ['a file twice', text(`=== ${ROLE}`, '{}', `=== ${ROLE}`, '{}'), 'is there twice'],
    ['the organization', text('=== organizations/o-1.json', '{}'), 'no file of an account'],
    ['the whole inventory', text('=== inventory.json', '{"complete": true}'), 'no file of an account'],
    ['a way out', text(`=== accounts/${ID}/../111111111111/iam.json`, '{}'), 'no file of an account'],
    [
      'collected by another account',
      text(`=== accounts/${ID}/inventory.json`, ABOUT.replace(`iam::${ID}`, 'iam::333333333333'), `=== ${ROLE}`, '{}'),
      'of another account',
    ],
  ];
  test.each(cases)('%s', (_name, given, message) => {
    expect(readEvidence(given)).toEqual({ error: expect.stringContaining(message) });
  });
});

describe('inventory.json of an account', () => {
  const make = (files: Readonly<Record<string, unknown>>) =>
    makeInventory(Object.entries(files).map(([path, value]) => ({ path, size: 1, text: () => JSON.stringify(value) })));
  const oidc = `accounts/${ID}/oidc-providers.json`;

  test('says what was refused there, and the one above says nothing of it', () => {
    const above = { version: 1, refused: [{ path: `accounts/${ID}`, error: 'above' }] };
    const own = { version: 1, refused: [{ path: oidc, error: 'own' }] };
    const gapOf = (files: Readonly<Record<string, unknown>>) => {
      const found = make({ ...files, [`accounts/${ID}/eks/eu-west-1/a/cluster.json`]: {} })
        .accounts.get(ID)
        ?.oidcProviders();
      return found?.state === 'collected' ? '' : [found?.state, found?.gap.what];
    };
    expect(gapOf({ 'inventory.json': above })).toEqual(['refused', expect.stringContaining('above')]);
    expect(gapOf({ 'inventory.json': above, [`accounts/${ID}/inventory.json`]: own })).toEqual([
      'refused',
      expect.stringContaining('own'),
    ]);
    expect(gapOf({ 'inventory.json': above, [`accounts/${ID}/inventory.json`]: { version: 1 } })?.[0]).toBe('notCollected');
  });

  test('cannot call another account complete', () => {
    const entries = (id: string) =>
      make({
        [`accounts/${ID}/inventory.json`]: { version: 1, complete: true },
        [`accounts/${id}/eks/eu-west-1/a/cluster.json`]: {},
      }).clusters[0]?.accessEntries().state;
    expect([entries(ID), entries('333333333333')]).toEqual(['collected', 'notCollected']);
  });
});
