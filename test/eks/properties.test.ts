import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collected } from '../../src/base/index.ts';
import { type AccessEntry, type Mapping, type MappingSource, mapIdentity, type StsIdentity } from '../../src/rules/eks/index.ts';
import { awsAuth, entry, hidden, rolesYaml, session, source } from './make.ts';

const ACCOUNT = '222222222222';
const roleArn = fc
  .constantFrom('role/ci', 'role/team/ci', 'role/other/ci', 'role/cd', 'user/ci')
  .map((text) => `arn:aws:iam::${ACCOUNT}:${text}`);
const uid = fc.constantFrom('AROAONE', 'AROATWO');
const date = fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z');

const anEntry: fc.Arbitrary<AccessEntry> = fc
  .record(
    {
      principalArn: roleArn,
      username: fc.constantFrom('a', 'b:{{SessionName}}'),
      groups: fc.subarray(['g', 'h']),
      boundUniqueId: uid,
      createdAt: date,
    },
    { requiredKeys: ['principalArn'] },
  )
  .map((more) => entry(more));

const aCaller: fc.Arbitrary<StsIdentity> = fc
  .record(
    { roleArn: roleArn.filter((arn) => arn.endsWith('role/ci') || arn.endsWith('/ci')), uniqueId: uid, createDate: date },
    { requiredKeys: [] },
  )
  .filter((more) => more.roleArn?.includes(':user/') !== true)
  .map((more) => session('ci', 'build-7', more));

const someRows = fc
  .array(fc.record({ arn: roleArn, username: fc.constantFrom('r', 's:{{SessionName}}', '{{EC2PrivateDNSName}}') }), {
    maxLength: 3,
  })
  .map((rows) => awsAuth({ mapRoles: rolesYaml(...rows) }));

const aWorld: fc.Arbitrary<MappingSource> = fc.record({
  mode: fc.constantFrom('CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'),
  awsAuth: someRows,
  accessEntries: fc.array(anEntry, { maxLength: 3 }).map((entries) => collected(entries)),
  creator: fc.constantFrom('arn:aws:iam::111111111111:role/founder', `arn:aws:iam::${ACCOUNT}:role/ci`),
});

function answer({ result, username, groups, by }: Mapping): string {
  return JSON.stringify({ result, username, groups, by });
}

/** The law: what was answered with a part hidden is unknown, or what is answered whatever the part turns out to be. */
function agrees(partial: Mapping, whole: Mapping): void {
  if (partial.result !== 'unknown') expect(answer(partial)).toBe(answer(whole));
}

describe('hiding a part makes an answer unknown or leaves it', () => {
  test('access entries', () => {
    fc.assert(
      fc.property(aWorld, aCaller, (world, caller) => {
        agrees(mapIdentity({ ...world, accessEntries: hidden('entries') }, caller), mapIdentity(world, caller));
      }),
    );
  });
  test('aws-auth', () => {
    fc.assert(
      fc.property(aWorld, aCaller, (world, caller) => {
        agrees(mapIdentity({ ...world, awsAuth: hidden('aws-auth') }, caller), mapIdentity(world, caller));
      }),
    );
  });
  test('the creator: a row still gives what it gives, and the gap says that there may be more', () => {
    fc.assert(
      fc.property(aWorld, aCaller, ({ creator: _, ...world }, caller) => {
        const partial = mapIdentity(world, caller);
        const whole = mapIdentity({ ...world, creator: `arn:aws:iam::${ACCOUNT}:role/ci` }, caller);
        if (partial.result === 'mapped' && whole.by === 'creator') expect(partial.gaps).not.toEqual([]);
        else agrees(partial, whole);
      }),
    );
  });
  test('a mapped answer under hidden parts is never wider than one of the world', () => {
    fc.assert(
      fc.property(aWorld, aCaller, (world, caller) => {
        const partial = mapIdentity({ ...world, accessEntries: hidden('e'), awsAuth: hidden('a') }, caller);
        if (partial.by !== 'creator') expect(partial.result).not.toBe('mapped');
      }),
    );
  });
});

test('the order of entries never matters', () => {
  fc.assert(
    fc.property(aWorld, aCaller, fc.array(anEntry, { maxLength: 4 }), (world, caller, entries) => {
      const forwards = mapIdentity({ ...world, accessEntries: collected(entries) }, caller);
      const backwards = mapIdentity({ ...world, accessEntries: collected(entries.toReversed()) }, caller);
      expect(answer(forwards)).toBe(answer(backwards));
    }),
  );
});

test('an entry that is surely the caller leaves no word to aws-auth', () => {
  fc.assert(
    fc.property(aWorld, aCaller, someRows, (world, caller, rows) => {
      const before = mapIdentity(world, caller);
      if (before.by === 'accessEntry') expect(answer(mapIdentity({ ...world, awsAuth: rows }, caller))).toBe(answer(before));
    }),
  );
});

test('the letter case of rolearn never matters', () => {
  const flips = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(flips, fc.constantFrom('ci', 'cd'), (flip, name) => {
      const arn = Array.from(`arn:aws:iam::${ACCOUNT}:role/ci`, (char, i) => (flip[i] === true ? char.toUpperCase() : char)).join(
        '',
      );
      const mapping = mapIdentity(source({ awsAuth: awsAuth({ mapRoles: rolesYaml({ arn }) }) }), session(name));
      expect(mapping.result).toBe(name === 'ci' ? 'mapped' : 'unauthorized');
    }),
  );
});

test('no text of any kind in aws-auth makes it throw', () => {
  const piece = fc.constantFrom(
    '- ',
    'rolearn',
    ': ',
    '\n',
    '  ',
    '\t',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: ',
    '!!str ',
    '|',
    '>',
    '#',
    '---\n',
    'x',
    '\u0000',
    '~',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, text, text, (mapRoles, mapUsers, mapAccounts) => {
      const mapping = mapIdentity(source({ awsAuth: awsAuth({ mapRoles, mapUsers, mapAccounts }) }), session());
      expect(mapping.result).not.toBe('mapped');
    }),
    { numRuns: 400 },
  );
});
