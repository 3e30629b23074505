import { describe, expect, it } from 'vitest';
import { aggregate, type LabelSelector, type Role, selects } from '../../src/rules/rbac/index.ts';
import { clusterRole, may } from './make.ts';

const pods = may('core', 'pods', 'get');
const jobs = may('batch', 'jobs', 'get');
const nodes = may('core', 'nodes', 'get');
const gathers = (name: string, selector: LabelSelector | readonly LabelSelector[], labels = {}, rules = [nodes]): Role => ({
  ...clusterRole(name, rules, labels),
  aggregation: [selector].flat(),
});
const rulesOf = (roles: readonly Role[], name: string) => aggregate(roles).find((role) => role.name === name)?.rules;

describe('aggregate', () => {
  it('gathers by name, without doubles, and overwrites what stood there', () => {
    const parts = [
      clusterRole('c', [jobs, pods], { to: 'all' }),
      clusterRole('b', [pods], { to: 'all' }),
      clusterRole('a', [nodes], {}),
    ];
    expect(rulesOf([gathers('all', { matchLabels: { to: 'all' } }), ...parts], 'all')).toEqual([pods, jobs]);
  });

  it('goes selector by selector', () => {
    const parts = [clusterRole('a', [pods], { to: 'x' }), clusterRole('b', [jobs], { to: 'y' })];
    expect(rulesOf([gathers('all', [{ matchLabels: { to: 'y' } }, { matchLabels: { to: 'x' } }]), ...parts], 'all')).toEqual([
      jobs,
      pods,
    ]);
  });

  it('leaves itself out', () => {
    expect(rulesOf([gathers('all', {}, { to: 'all' }), clusterRole('a', [pods])], 'all')).toEqual([pods]);
  });

  it('settles when aggregated roles aggregate each other in a chain', () => {
    const chain = [
      gathers('a', { matchLabels: { to: 'a' } }),
      gathers('b', { matchLabels: { to: 'b' } }, { to: 'a' }),
      gathers('c', { matchLabels: { to: 'c' } }, { to: 'b' }),
      clusterRole('d', [pods], { to: 'c' }),
    ];
    expect(['a', 'b', 'c'].map((name) => rulesOf(chain, name))).toEqual([[pods], [pods], [pods]]);
  });

  it('ends when roles select each other', () => {
    expect(rulesOf([gathers('a', {}), gathers('b', {}), clusterRole('c', [pods])], 'a')).toContainEqual(pods);
  });

  it('lets the rules stand when a selector is not valid', () => {
    const broken = gathers('all', { matchExpressions: [{ key: 'to', operator: 'Near', values: ['x'] }] });
    expect(rulesOf([broken, clusterRole('a', [pods], { to: 'x' })], 'all')).toEqual([nodes]);
  });

  it('has nothing to give where there are no selectors', () => {
    expect(rulesOf([gathers('all', [])], 'all')).toEqual([]);
  });

  it('does not look at Roles', () => {
    const inNamespace: Role = { kind: 'Role', namespace: 'n', name: 'a', labels: { to: 'all' }, rules: [pods] };
    expect(rulesOf([gathers('all', { matchLabels: { to: 'all' } }), inNamespace], 'all')).toEqual([]);
  });
});

describe('a label selector', () => {
  const expression = (operator: string, ...values: string[]): LabelSelector => ({
    matchExpressions: [{ key: 'tier', operator, values }],
  });
  it.each<[LabelSelector, Record<string, string>, boolean | undefined]>([
    [{}, {}, true],
    [{ matchLabels: { tier: 'a' } }, { tier: 'a', other: 'b' }, true],
    [{ matchLabels: { tier: 'a' } }, { tier: 'b' }, false],
    [{ matchLabels: { constructor: 'a' } }, {}, false],
    [expression('In', 'a', 'b'), { tier: 'b' }, true],
    [expression('In', 'a'), {}, false],
    [expression('NotIn', 'a'), {}, true],
    [expression('NotIn', 'a'), { tier: 'a' }, false],
    [expression('Exists'), { tier: '' }, true],
    [expression('Exists'), {}, false],
    [expression('DoesNotExist'), {}, true],
    [expression('DoesNotExist'), { tier: 'a' }, false],
    [expression('In'), { tier: 'a' }, undefined],
    [expression('Exists', 'a'), { tier: 'a' }, undefined],
    [expression('in', 'a'), { tier: 'a' }, undefined],
    [{ matchLabels: { tier: 'a' }, ...expression('NotIn', 'a') }, { tier: 'a' }, false],
  ])('%j on %j: %s', (selector, labels, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });
});
