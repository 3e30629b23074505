import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsFor } from '../../src/rules/iam/condition.ts';
import { type Context, decide, type IamFact, OPEN, satisfy } from '../../src/rules/iam/index.ts';
import { testOf } from '../../src/rules/iam/satisfy.ts';
import { anySession, DOMAINS, ownPolicy, requestOf, session, trustPolicy, type Value, type World, world } from './worlds.ts';

const keys = Object.keys(DOMAINS);
const openKeys = fc.subarray(keys, { minLength: 1, maxLength: 2 });
const settled = fc.record(Object.fromEntries(keys.map((key) => [key, fc.constantFrom(...(DOMAINS[key] ?? []))])));

/** Every assignment of the open keys. */
function assignments(open: readonly string[], base: Readonly<Record<string, Value>>): readonly Readonly<Record<string, Value>>[] {
  return open.reduce<readonly Readonly<Record<string, Value>>[]>(
    (list, key) => list.flatMap((one) => (DOMAINS[key] ?? []).map((value) => ({ ...one, [key]: value }))),
    [base],
  );
}

const contextOf =
  (values: Readonly<Record<string, Value>>, extra: Readonly<Record<string, Value>> = {}): Context =>
  (key) =>
    extra[key] ?? values[key];

const holds = (fact: IamFact, context: Context) => (fact.kind === 'condition' ? holdsFor(testOf(fact), context) : undefined);

describe('open keys', () => {
  it('the formula is true under an assignment exactly when the settled request is allowed', () => {
    fc.assert(
      fc.property(world, openKeys, settled, fc.boolean(), (one, open, base, anyName) => {
        const openNames: Readonly<Record<string, Value>> = { 'aws:userid': 'AROACI:dev' };
        const principal = anyName ? anySession : session('dev');
        const asked = decide(
          requestOf(one, principal, (key) => {
            if (open.includes(key) || (anyName && key === 'aws:userid')) return OPEN;
            return contextOf(base, openNames)(key);
          }),
        );
        const facts = asked.ways.flatMap((way) => way.map(({ fact }) => fact));
        if (facts.some(({ kind }) => kind === 'missing')) return;
        for (const name of anyName ? ['dev', 'build', 'other'] : ['dev']) {
          const extra = { 'aws:userid': `AROACI:${name}`, 'causeway:callersessionname': name };
          for (const values of assignments(open, base)) {
            const context = contextOf(values, extra);
            const concrete = decide(requestOf(one, session(name), context));
            if (concrete.decision === 'unknown') continue;
            const formula = asked.ways.some((way) => way.every((literal) => holds(literal.fact, context) === literal.holds));
            expect(formula, `${asked.reason()} / ${concrete.reason()} / ${JSON.stringify({ ...values, ...extra })}`).toBe(
              concrete.decision === 'allow',
            );
            if (asked.decision === 'explicitDeny') expect(concrete.decision).toBe('explicitDeny');
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('the example of a way makes the request allowed', () => {
    fc.assert(
      fc.property(world, openKeys, settled, (one, open, base) => {
        const asked = decide(requestOf(one, session('dev'), (key) => (open.includes(key) ? OPEN : base[key])));
        for (const way of asked.ways) {
          if (way.some(({ fact }) => fact.kind === 'missing')) continue;
          const { satisfiable, witness } = satisfy(way);
          expect(satisfiable).toBe(true);
          const lower = new Map([...witness].map(([key, value]) => [key.toLowerCase(), value ?? undefined]));
          const named = new Set(way.map(({ fact }) => (fact.kind === 'condition' ? fact.key.toLowerCase() : '')));
          if ([...named].some((key) => !lower.has(key))) continue;
          const context: Context = (key) =>
            lower.has(key) ? lower.get(key) : open.includes(key) ? DOMAINS[key]?.[0] : base[key];
          expect(decide(requestOf(one, session('dev'), context)).decision, asked.reason()).toBe('allow');
        }
      }),
      { numRuns: 300 },
    );
  });
});

const fixed = fc.tuple(world, settled);
const ask = (one: World, base: Readonly<Record<string, Value>>) => decide(requestOf(one, session('dev'), (key) => base[key]));
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }] };
const denyAll = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };

describe('laws', () => {
  it('an explicit deny wins wherever it stands', () => {
    fc.assert(
      fc.property(fixed, fc.constantFrom('identity', 'boundary', 'session', 'scps', 'trust'), ([one, base], place) => {
        const added: World = {
          ...one,
          ...(place === 'identity' ? { identity: [...one.identity, everything] } : {}),
          ...(place === 'boundary' ? { boundary: [...(one.boundary ?? []), everything] } : {}),
          ...(place === 'session' ? { session: [...(one.session ?? []), everything] } : {}),
          ...(place === 'scps' ? { scps: [...one.scps, [everything]] } : {}),
          ...(place === 'trust' ? { trust: [...one.trust, denyAll] } : {}),
        };
        expect(ask(added, base).decision).toBe('explicitDeny');
      }),
      { numRuns: 100 },
    );
  });

  it('one more policy without denies takes nothing away', () => {
    const allows = (documents: { readonly Statement: readonly object[] }) => ({
      Version: '2012-10-17',
      Statement: documents.Statement.map((statement) => ({ ...statement, Effect: 'Allow' })),
    });
    fc.assert(
      fc.property(fixed, ownPolicy, trustPolicy, ([one, base], own, trust) => {
        if (ask(one, base).decision !== 'allow') return;
        expect(
          ask({ ...one, identity: [...one.identity, allows(own)], trust: [...one.trust, allows(trust)] }, base).decision,
        ).toBe('allow');
      }),
      { numRuns: 200 },
    );
  });

  it('one more deny gives nothing', () => {
    const denies = (document: { readonly Statement: readonly object[] }) => ({
      Version: '2012-10-17',
      Statement: document.Statement.map((statement) => ({ ...statement, Effect: 'Deny' })),
    });
    fc.assert(
      fc.property(fixed, ownPolicy, trustPolicy, ([one, base], own, trust) => {
        if (ask(one, base).decision === 'allow') return;
        for (const added of [{ identity: [...one.identity, denies(own)] }, { trust: [...one.trust, denies(trust)] }]) {
          expect(ask({ ...one, ...added }, base).decision).not.toBe('allow');
        }
      }),
      { numRuns: 200 },
    );
  });
});
