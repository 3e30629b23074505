import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTrue } from '../../src/base/index.ts';
import { decide, OPEN, simulateIam } from '../../src/rules/iam/index.ts';
import { iamVerdicts } from '../oracle/iam.ts';
import { type Document, type IamCase, type Statement, statementsOf } from '../oracle/iam-case.ts';
import { conditionsMet } from '../oracle/iam-conditions.ts';
import { gapOf, type Hidden, type Part, requestOf } from './iam-request.ts';
import { iamWorld } from './iam-worlds.ts';
import { holds } from './runs.ts';

const ask = (case_: IamCase): string => simulateIam(case_).decision;

const ALLOW: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
const DENY: Statement = { Effect: 'Deny', Action: '*', Resource: '*' };

function withStatement(document: Document, statement: Statement): Document {
  return { ...document, Statement: [...statementsOf(document), statement] };
}

/** The same case with one more statement in one of its policies. */
function added(case_: IamCase, place: 'identity' | 'boundary' | 'session' | 'scp' | 'resource', statement: Statement): IamCase {
  const add = (document: Document | null): Document | null => (document === null ? null : withStatement(document, statement));
  switch (place) {
    case 'identity':
      return { ...case_, identityPolicies: [...case_.identityPolicies, { Version: '2012-10-17', Statement: statement }] };
    case 'boundary':
      return { ...case_, boundary: add(case_.boundary) };
    case 'session':
      return { ...case_, sessionPolicy: add(case_.sessionPolicy) };
    case 'scp':
      return { ...case_, scps: case_.scps.map((level) => [...level, { Version: '2012-10-17', Statement: statement }]) };
    case 'resource': {
      const { Resource, ...rest } = statement;
      const isTrust = case_.action.toLowerCase().startsWith('sts:');
      const isEcr = case_.action.toLowerCase().startsWith('ecr:');
      const named = { ...rest, Principal: { AWS: '*' }, ...(isTrust || isEcr || Resource === undefined ? {} : { Resource }) };
      return case_.resourcePolicy === null ? case_ : { ...case_, resourcePolicy: withStatement(case_.resourcePolicy, named) };
    }
  }
}

const place = fc.constantFrom('identity', 'boundary', 'session', 'scp', 'resource');

/** The keys that a case's policies look at, in lower case. */
function keysOf(case_: IamCase): readonly string[] {
  const documents = [
    ...case_.identityPolicies,
    ...case_.scps.flat(),
    ...case_.rcps.flat(),
    case_.boundary,
    case_.sessionPolicy,
    case_.resourcePolicy,
  ];
  const keys = documents
    .flatMap((document) => (document === null ? [] : statementsOf(document)))
    .flatMap((statement) => Object.values(statement.Condition ?? {}).flatMap((block) => Object.keys(block)));
  return [...new Set(keys.map((key) => key.toLowerCase()))].sort();
}

/** A case with a choice of evidence to hide: keys that the policies look at, and whole parts. */
const hiding = iamWorld.chain((case_) =>
  fc.tuple(
    fc.constant(case_),
    fc.subarray<Part>(['identity', 'boundary', 'session', 'scps', 'rcps', 'resource', 'one identity policy', 'one level']),
    fc.subarray([...keysOf(case_)]),
    fc.boolean(),
  ),
);

describe('iam', () => {
  it('decides as a plain reading of the rules does', () => {
    holds(
      3000,
      fc.property(iamWorld, (case_) => {
        const verdicts = iamVerdicts(case_);
        fc.pre(verdicts !== undefined);
        const answer = ask(case_);
        if (verdicts?.size === 1) expect(answer).toBe([...verdicts][0]);
        // Where the facts leave it open an allow would be a guess.
        else expect(answer).not.toBe('allow');
      }),
    );
  });

  it('lets an explicit deny win wherever it stands', () => {
    holds(
      800,
      fc.property(iamWorld, place, (case_, where) => {
        const isAwsIdentity = case_.principal.startsWith('arn:') && !case_.principal.includes('oidc-provider');
        // "You cannot use policies to control authentication operations" (STS API reference: GetSessionToken).
        fc.pre(case_.action !== 'sts:GetSessionToken' && case_.action !== 'sts:getsessiontoken');
        fc.pre(isAwsIdentity && !(where === 'scp' && case_.principalFacts?.managementAccount === true));
        const denied = added(case_, where, DENY);
        fc.pre(denied !== case_ && JSON.stringify(denied) !== JSON.stringify(case_));
        fc.pre(!(where === 'resource' && /^(eks|iam):/i.test(case_.action)));
        expect(ask(denied)).not.toBe('allow');
      }),
    );
  });

  it('never removes access when an allow is added, and never adds access when a deny is', () => {
    holds(
      1500,
      fc.property(iamWorld, place, fc.option(fc.constantFrom('sts:ExternalId', 'aws:SourceIp')), (case_, where, key) => {
        const when = key === null ? {} : { Condition: { Null: { [key]: 'false' } } };
        const before = ask(case_);
        if (before === 'allow') expect(ask(added(case_, where, { ...ALLOW, ...when }))).toBe('allow');
        else expect(ask(added(case_, where, { ...DENY, ...when }))).not.toBe('allow');
      }),
    );
  });

  it('never turns hidden evidence into an allow or a deny that the whole evidence contradicts', () => {
    holds(
      3000,
      fc.property(hiding, ([case_, parts, keys, asGap]) => {
        const whole = decide(requestOf(case_)).decision;
        fc.pre(whole !== 'unknown');
        const hidden: Hidden = { parts: new Set(parts), keys: new Map(keys.map((key) => [key, asGap ? gapOf(key) : OPEN])) };
        const less = decide(requestOf(case_, hidden)).decision;
        if (less === 'allow') expect(whole).toBe('allow');
        if (less === 'implicitDeny' || less === 'explicitDeny') expect(whole).not.toBe('allow');
        // An explicit deny stands in a document that was read and whose conditions are settled: it stays one.
        if (less === 'explicitDeny') expect(whole).toBe('explicitDeny');
      }),
    );
  });

  it('names conditions that hold exactly when the request that brings them is allowed', () => {
    holds(
      2000,
      fc.property(hiding, ([case_, , keys]) => {
        const whole = decide(requestOf(case_)).decision;
        fc.pre(whole !== 'unknown');
        const { decision, ways } = decide(requestOf(case_, { parts: new Set(), keys: new Map(keys.map((key) => [key, OPEN])) }));
        let open = false;
        const met = ways.some((way) =>
          way.every(({ fact, holds: wanted }) => {
            if (fact.kind === 'missing') {
              open = true;
              return true;
            }
            const operator = `${fact.operator}${fact.ifExists ? 'IfExists' : ''}`;
            const statement: Statement = { Effect: 'Allow', Condition: { [operator]: { [fact.key]: fact.values } } };
            try {
              return (
                conditionsMet(statement, '2012-10-17', case_.context, () => {
                  throw new Error('open');
                }) === wanted
              );
            } catch {
              open = true;
              return true;
            }
          }),
        );
        fc.pre(!open);
        expect({ decision, allowed: met || isTrue(ways) }).toEqual({ decision, allowed: whole === 'allow' });
      }),
    );
  });

  it('refines: what one more settled key leaves firm was not firm otherwise before', () => {
    holds(
      1500,
      fc.property(hiding, fc.nat(), ([case_, , keys], nth) => {
        fc.pre(keys.length > 1);
        const settled = keys.filter((_, i) => i !== nth % keys.length);
        const open = (some: readonly string[]): string =>
          decide(requestOf(case_, { parts: new Set(), keys: new Map(some.map((key) => [key, OPEN])) })).decision;
        const before = open(keys);
        const after = open(settled);
        if (before !== 'unknown') expect(after === 'allow').toBe(before === 'allow');
      }),
    );
  });
});
