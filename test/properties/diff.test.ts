import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessChange,
  type AccessDiff,
  canI,
  decideAccess,
  diffAccess,
  type Query,
  type Settled,
} from '../../src/access/index.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { type Attributes, type RuleAtom, ruleCovers } from '../../src/rules/rbac/index.ts';
import { CALLERS, CLUSTER, diffWorld, HOME, sidesOf } from './diff-worlds.ts';
import { holds } from './runs.ts';

const NOW = new Date('2026-11-25T00:00:00Z');

const request: fc.Arbitrary<Attributes> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constantFrom('get', 'list', 'create', 'impersonate', 'zap'),
      apiGroup: fc.constantFrom('', 'apps', 'zap.io'),
      resource: fc.constantFrom('pods', 'secrets', 'configmaps', 'zaps'),
      subresource: fc.constantFrom('', '', 'log'),
      namespace: fc.constantFrom('', 'web', 'ops', 'wild'),
      name: fc.constantFrom('', 'one', 'aws-auth'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constantFrom('get', 'put'), path: fc.constantFrom('/metrics', '/logs/a', '/zap') }),
  },
);

function makesRole(sides: readonly [Inventory, Inventory]): boolean {
  const [old, fresh] = sides.map((inventory) => {
    const trusts = inventory.accounts.get(HOME)?.trusts();
    return trusts?.state === 'collected' ? trusts.value.length : 0;
  });
  return old !== fresh;
}

function queryOf(inventory: Inventory, caller: string, asked: Attributes): Query {
  const cluster = inventory.clusters.find(({ arn }) => arn === CLUSTER);
  if (cluster === undefined) throw new Error('no cluster');
  return {
    cluster,
    caller: { kind: 'aws', arn: caller },
    path: { kind: 'any' },
    request: asked,
    given: [],
    assume: [],
    now: NOW,
  };
}

function decide(inventory: Inventory, caller: string, asked: Attributes): Settled {
  const settled = decideAccess(inventory, queryOf(inventory, caller, asked));
  return 'code' in settled ? { decision: 'deny', firm: true, conditions: [], gaps: [], alternatives: 0 } : settled;
}

const RANKS = { none: 0, unknown: 1, conditional: 2, sure: 3 };

function rankOf({ decision, firm }: Settled): number {
  if (decision === 'deny') return RANKS.none;
  return decision === 'unknown' ? RANKS.unknown : firm ? RANKS.sure : RANKS.conditional;
}

/** Whether a change's atoms, taken as rules, allow the request: a plain reading of scopes and rules. */
function covers(change: AccessChange, atoms: readonly RuleAtom[], asked: Attributes): boolean {
  const { scope } = change;
  if ('path' in asked) {
    return scope === '' && atoms.some((atom) => ruleCovers(ruleOf(atom), { kind: 'url', url: asked.path, verb: asked.verb }));
  }
  const namespace = asked.namespace ?? '';
  const inScope =
    scope === '' || (namespace !== '' && (scope.endsWith('*') ? namespace.startsWith(scope.slice(0, -1)) : scope === namespace));
  const { verb, apiGroup, subresource, name } = asked;
  const resource = subresource ? `${asked.resource}/${subresource}` : asked.resource;
  return (
    inScope && atoms.some((atom) => ruleCovers(ruleOf(atom), { kind: 'resource', verb, apiGroup, resource, name: name ?? '' }))
  );
}

function ruleOf(atom: RuleAtom) {
  if (atom.kind === 'url') return { verbs: [atom.verb], nonResourceURLs: [atom.url] };
  const rule = { verbs: [atom.verb], apiGroups: [atom.apiGroup], resources: [atom.resource] };
  return atom.name === undefined ? rule : { ...rule, resourceNames: [atom.name] };
}

/** Whoever a change speaks of: the caller itself, anybody, whoever is in an account that nobody collected. */
function speaksOf({ principal, kind }: AccessChange, caller: string): boolean {
  if (kind !== 'aws') return false;
  const account = caller.split(':')[4];
  return principal === caller || principal === '*' || principal === `arn:aws:iam::${account}:root`;
}

/** A request that this atom alone allows: whatever it leaves open is something that no rule names. */
function requestOf(atom: RuleAtom, scope: string): Attributes {
  const verb = atom.verb === '*' ? 'zap' : atom.verb;
  if (atom.kind === 'url') return { verb, path: atom.url.replace(/\*$/, '/zap') };
  const [resource = '', subresource = ''] = atom.resource.replace(/^\*/, 'zaps').split('/');
  const apiGroup = atom.apiGroup === '*' ? 'zap.io' : atom.apiGroup;
  return { verb, apiGroup, resource, subresource, name: atom.name ?? 'zap', namespace: scope.replace('*', 'zap') };
}

function check(caller: string, asked: Attributes, diff: AccessDiff, sides: readonly [Inventory, Inventory]): void {
  const [before, after] = [decide(sides[0], caller, asked), decide(sides[1], caller, asked)];
  const [old, fresh] = [rankOf(before), rankOf(after)];
  if (old === fresh) return;
  const which = fresh > old ? 'gained' : 'lost';
  const told = diff.changes.filter((change) => speaksOf(change, caller) && covers(change, change[which], asked));
  const reached = Math.max(0, ...told.map(({ certainty }) => RANKS[certainty]));
  const [more, side] = fresh > old ? [after, sides[1]] : [before, sides[0]];
  if (more.decision === 'unknown') {
    // Without the mode a search cannot tell anything; the diff reads each mode.
    if (more.gaps.some(({ id }) => id.startsWith('description:'))) return;
    // Of a role that is taken away a search knows only that it is not there; for the diff it goes nowhere.
    if (more.gaps.some(({ id }) => id === `principal:${caller}`) && makesRole(sides)) return;
    // A role that is made only now cannot have made the cluster; a search does not know that it is new.
    if (more.gaps.every(({ id }) => id.startsWith('eks-creator:')) && makesRole(sides)) return;
    // What might lead through accounts that nobody collected is told as a gap, or not at all where it always did.
    const answer = canI(side, queryOf(side, caller, asked), { remedy: false });
    if ('headline' in answer && answer.headline.startsWith('no collected path leads there')) return;
  }
  if (reached >= Math.max(old, fresh)) return;
  throw new Error(JSON.stringify({ caller, asked, before, after, reached }));
}

describe('the access diff', () => {
  it('tells every answer that changes, in the sense that it changes', () => {
    holds(
      80,
      fc.property(
        diffWorld,
        fc.array(fc.tuple(fc.constantFrom(...CALLERS), request), { minLength: 8, maxLength: 12 }),
        (world, asked) => {
          const sides = sidesOf(world);
          fc.pre(sides[0].clusters.length > 0);
          const touched = world.changes.map(({ resource }) => resource);
          const diff = diffAccess(sides[0], sides[1], { now: NOW, touched });
          for (const [caller, each] of asked) check(caller, each, diff, sides);
        },
      ),
    );
  });

  it('leaves both inventories answering as they would without it, also where they share little', () => {
    const asked = fc.array(fc.tuple(fc.constantFrom(...CALLERS), request), { minLength: 8, maxLength: 12 });
    holds(
      20,
      fc.property(diffWorld, diffWorld, asked, (world, other, requests) => {
        for (const make of [(): Inventory => sidesOf(world)[1], (): Inventory => sidesOf(other)[0]]) {
          const [[before], after] = [sidesOf(world), make()];
          fc.pre(before.clusters.length > 0 && after.clusters.length > 0);
          diffAccess(before, after, { now: NOW });
          for (const [caller, each] of requests) {
            expect(decide(after, caller, each)).toEqual(decide(make(), caller, each));
            expect(decide(before, caller, each)).toEqual(decide(sidesOf(world)[0], caller, each));
          }
        }
      }),
    );
  });

  it('tells nothing that does not change: every atom is a request that is answered otherwise', () => {
    holds(
      80,
      fc.property(diffWorld, (world) => {
        const sides = sidesOf(world);
        fc.pre(sides[0].clusters.length > 0);
        const diff = diffAccess(sides[0], sides[1], { now: NOW, touched: world.changes.map(({ resource }) => resource) });
        for (const change of diff.changes) {
          if (change.kind !== 'aws' || !CALLERS.includes(change.principal)) continue;
          for (const [atoms, less, more] of [
            [change.gained, sides[0], sides[1]],
            [change.lost, sides[1], sides[0]],
          ] as const) {
            for (const atom of atoms.slice(0, 10)) {
              const asked = requestOf(atom, change.scope);
              const [without, having] = [decide(less, change.principal, asked), decide(more, change.principal, asked)];
              const said = { change: { ...change, gained: [], lost: [] }, asked, without, having, changes: world.changes };
              expect({ ...said, rank: rankOf(having) }).toMatchObject({
                rank: expect.toSatisfy((rank: number) => rank >= RANKS[change.certainty]),
              });
              const rank = without.decision === 'unknown' && change.otherwise === 'none' ? 0 : rankOf(without);
              expect({ ...said, rank }).toMatchObject({ rank: RANKS[change.otherwise] });
            }
          }
        }
      }),
    );
  });

  it('is the same whether the changes are named or the inventories compared whole, and nothing between equals', () => {
    holds(
      40,
      fc.property(diffWorld, (world) => {
        const [before, after] = sidesOf(world);
        const touched = world.changes.map(({ resource }) => resource);
        const whole = diffAccess(before, after, { now: NOW });
        const named = diffAccess(before, after, { now: NOW, touched });
        expect(whole.changes).toEqual(named.changes);
        expect(diffAccess(before, before, { now: NOW }).changes).toEqual([]);
        expect(diffAccess(before, sidesOf(world)[0], { now: NOW }).changes).toEqual([]);
        const back = diffAccess(after, before, { now: NOW, touched }).changes;
        const turned = (changes: readonly AccessChange[]) =>
          changes.map((each) => JSON.stringify({ ...each, gained: each.lost, lost: each.gained })).sort();
        expect(turned(back)).toEqual(named.changes.map((each) => JSON.stringify(each)).sort());
      }),
    );
  });
});
