import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate, authorize, type Binding, compileRbac, type PolicyRule, type Role } from '../../src/rules/rbac/index.ts';
import { aggregated, aggregatedInTurn, rbacAllows } from '../oracle/rbac.ts';
import { type RbacWorld, rbacBinding, rbacRole, rbacWorld } from './rbac-worlds.ts';
import { holds } from './runs.ts';

const ask = ({ roles, bindings, user, request }: RbacWorld): string =>
  authorize(compileRbac(roles, bindings), user, request).decision;

describe('rbac', () => {
  it('says what a plain reading of the rules says', () => {
    holds(
      3000,
      fc.property(rbacWorld, (world) => {
        const plain = rbacAllows(world.roles, world.bindings, world.user, world.request) ? 'allow' : 'deny';
        expect(ask(world)).toBe(plain);
      }),
    );
  });

  it('names a rule, a binding and a subject that suffice alone when it allows', () => {
    holds(
      1000,
      fc.property(rbacWorld, ({ roles, bindings, user, request }) => {
        const answer = authorize(compileRbac(roles, bindings), user, request);
        if (answer.decision === 'deny') return;
        const by = answer.by;
        if (by === undefined) throw new Error('an allow without its rule');
        const rule: PolicyRule | undefined = by.role.rules[by.rule];
        const role: Role = { ...by.role, rules: rule === undefined ? [] : [rule] };
        const binding: Binding = { ...by.binding, subjects: [by.subject] };
        expect(rbacAllows([role], [binding], user, request)).toBe(true);
      }),
    );
  });

  it('never takes access away when a role or a binding is added', () => {
    const freshRole = rbacRole.map((role): Role => ({ ...role, name: 'gone' }));
    const freshBinding = rbacBinding.map((binding): Binding => ({ ...binding, name: 'added' }));
    holds(
      1000,
      fc.property(rbacWorld, freshRole, freshBinding, (world, role, binding) => {
        fc.pre(ask(world) === 'allow');
        expect(ask({ ...world, roles: [...world.roles, role], bindings: [...world.bindings, binding] })).toBe('allow');
      }),
    );
  });

  it('does not depend on the order of objects', () => {
    holds(
      500,
      fc.property(rbacWorld, (world) => {
        const turned = { ...world, roles: world.roles.toReversed(), bindings: world.bindings.toReversed() };
        expect(ask(turned)).toBe(ask(world));
      }),
    );
  });

  it('gathers the rules of aggregated roles as the controller does', () => {
    const label = fc.constantFrom<Role['labels']>({}, { to: 'view' }, { to: 'edit' }, { to: 'view', also: 'x' });
    const selector = fc.constantFrom<NonNullable<Role['aggregation']>>(
      [{ matchLabels: { to: 'view' } }],
      [{ matchLabels: { to: 'edit' } }, { matchExpressions: [{ key: 'also', operator: 'Exists' }] }],
      [{ matchExpressions: [{ key: 'to', operator: 'NotIn', values: ['edit'] }] }],
    );
    const parts = fc.tuple(label, label, label, selector);
    holds(
      500,
      fc.property(rbacWorld, parts, ({ roles, bindings, user, request }, [first, second, third, aggregation]) => {
        const labels = [first, second, third];
        const labelled = roles.map((role, i): Role => ({ ...role, labels: labels[i % 3] ?? {} }));
        const gathering: Role = { kind: 'ClusterRole', name: 'gone', namespace: '', labels: {}, rules: [], aggregation };
        const all = [...labelled, gathering];
        const answer = authorize(compileRbac(all, bindings, { aggregation: 'reconciled' }), user, request).decision;
        expect(answer).toBe(rbacAllows(aggregated(all), bindings, user, request) ? 'allow' : 'deny');
      }),
    );
  });

  it('gathers the rules of roles that aggregate each other one after the other', () => {
    const label = fc.constantFrom('a', 'b', 'c');
    const labels = fc.subarray(['a', 'b', 'c']).map((keys) => Object.fromEntries(keys.map((key) => [key, 'x'])));
    const selectors = fc.array(
      label.map((key) => ({ matchLabels: { [key]: 'x' } })),
      { maxLength: 2 },
    );
    const role = fc
      .record({
        name: fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'),
        labels,
        rules: fc.uniqueArray(fc.constantFrom('get', 'list', 'watch', 'create'), { maxLength: 2 }),
        aggregation: fc.option(selectors, { nil: undefined }),
      })
      .map(({ rules, aggregation, ...rest }): Role => {
        const more = aggregation === undefined ? {} : { aggregation };
        return { kind: 'ClusterRole', namespace: '', ...rest, rules: rules.map((verb) => ({ verbs: [verb] })), ...more };
      });
    holds(
      1000,
      fc.property(fc.uniqueArray(role, { maxLength: 7, selector: ({ name }) => name }), (roles) => {
        const rules = (all: readonly Role[]) => Object.fromEntries(all.map((one) => [one.name, one.rules]));
        expect(rules(aggregate(roles))).toEqual(rules(aggregatedInTurn(roles)));
      }),
    );
  });
});
