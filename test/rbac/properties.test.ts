import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attributes,
  authorize,
  type Binding,
  compileRbac,
  covers,
  mayWrite,
  type PolicyRule,
  type Role,
  ruleAllows,
  ruleAtoms,
  ruleCovers,
  rulesFor,
  type Subject,
  type User,
} from '../../src/rules/rbac/index.ts';
import { manifest } from './make.ts';

const some = (...texts: string[]) => fc.constantFrom(...texts);
const few = <T>(of: fc.Arbitrary<T>, minLength = 0) => fc.array(of, { minLength, maxLength: 3 });
const RBAC = 'rbac.authorization.k8s.io';
const RESOURCES = ['pods', 'pods/log', 'roles', '*', '*/log'];
const VERBS = ['get', 'list', 'create', 'bind', 'escalate', '*'];

const resourceRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    apiGroups: few(some('', RBAC, '*'), 2),
    resources: few(some(...RESOURCES), 2),
    verbs: few(some(...VERBS), 2),
    names: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: few(some('a', 'new', '')) }),
  })
  .map(({ names, ...rule }) => (names.length === 0 ? rule : { ...rule, resourceNames: names }));
const pathRule: fc.Arbitrary<PolicyRule> = fc.record({
  nonResourceURLs: few(some('/a', '/a/*', '/a/b', '/a**', '*'), 1),
  verbs: few(some('get', 'post', '*'), 1),
});
const rules = few(fc.oneof({ weight: 4, arbitrary: resourceRule }, { weight: 1, arbitrary: pathRule }), 1);
const resourceRules = few(resourceRule, 1);

const subject: fc.Arbitrary<Subject> = fc
  .record({
    kind: some('User', 'User', 'Group', 'Group', 'ServiceAccount', 'ServiceAccount', 'Other'),
    name: some('mira', 'team', 'robot', ''),
    namespace: some('', 'harbor'),
  })
  .map(({ kind, name, namespace }) =>
    kind === 'ServiceAccount' && namespace !== '' ? { kind, name, namespace } : { kind, name },
  );
const roleRef = fc.record({
  kind: some('ClusterRole', 'ClusterRole', 'ClusterRole', 'Role', 'Role', 'Odd'),
  name: some('one', 'one', 'two'),
});
const role: fc.Arbitrary<Role> = fc.oneof(
  fc.record({
    kind: fc.constant('ClusterRole' as const),
    name: some('one', 'two'),
    namespace: fc.constant(''),
    labels: fc.constant({}),
    rules,
  }),
  fc.record({
    kind: fc.constant('Role' as const),
    name: some('one', 'two'),
    namespace: some('harbor', 'depot'),
    labels: fc.constant({}),
    rules: resourceRules,
  }),
);
const binding: fc.Arbitrary<Binding> = fc.oneof(
  fc.record({
    kind: fc.constant('ClusterRoleBinding' as const),
    name: some('x', 'y', 'z'),
    namespace: fc.constant(''),
    roleRef,
    subjects: few(subject, 1),
  }),
  fc.record({
    kind: fc.constant('RoleBinding' as const),
    name: some('x', 'y', 'z'),
    namespace: some('harbor', 'depot'),
    roleRef,
    subjects: few(subject, 1),
  }),
);
const roles = fc.uniqueArray(role, {
  minLength: 2,
  maxLength: 6,
  selector: (each) => `${each.kind}/${each.namespace}/${each.name}`,
});
const bindings = fc.array(binding, { minLength: 4, maxLength: 8 });
const asker: fc.Arbitrary<User> = fc.record({
  name: some('mira', 'mira', 'system:serviceaccount:harbor:robot', 'olga', ''),
  groups: few(some('team', 'team', 'system:authenticated'), 1),
});
const request: fc.Arbitrary<Attributes> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      verb: some('get', 'list', 'create', 'bind'),
      apiGroup: some('', RBAC),
      resource: some('pods', 'roles'),
      subresource: some('', '', 'log'),
      name: some('', 'a', 'new'),
      namespace: some('', 'harbor', 'harbor', 'depot'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: some('get', 'post'), path: some('/a', '/a/b', '/ab', '/c') }) },
);

/** facts/eks.md §5.2 to §5.4, read word by word and without any index. */
function slowly(allRoles: readonly Role[], allBindings: readonly Binding[], who: User, wanted: Attributes): string | undefined {
  const star = (list: readonly string[] | undefined, text: string) => (list ?? []).some((each) => each === '*' || each === text);
  const ruleAllows = (rule: PolicyRule): boolean => {
    if (!star(rule.verbs, wanted.verb)) return false;
    if ('path' in wanted) {
      return (rule.nonResourceURLs ?? []).some((url) => {
        if (url === wanted.path) return true;
        let prefix = url;
        while (prefix.endsWith('*')) prefix = prefix.slice(0, -1);
        return prefix !== url && wanted.path.startsWith(prefix);
      });
    }
    const sub = wanted.subresource ?? '';
    const full = sub === '' ? wanted.resource : `${wanted.resource}/${sub}`;
    const resource = star(rule.resources, full) || (sub !== '' && (rule.resources ?? []).includes(`*/${sub}`));
    const names = rule.resourceNames ?? [];
    return star(rule.apiGroups, wanted.apiGroup) && resource && (names.length === 0 || names.includes(wanted.name ?? ''));
  };
  const means = (each: Subject, home: string): boolean => {
    if (each.name === '') return false;
    if (each.kind === 'User') return who.name === each.name;
    if (each.kind === 'Group') return who.groups.includes(each.name);
    const namespace = each.namespace ?? home;
    return each.kind === 'ServiceAccount' && namespace !== '' && who.name === `system:serviceaccount:${namespace}:${each.name}`;
  };
  const namespace = 'path' in wanted ? '' : (wanted.namespace ?? '');
  for (const kind of ['ClusterRoleBinding', 'RoleBinding']) {
    for (const each of allBindings) {
      if (each.kind !== kind || (kind === 'RoleBinding' && (namespace === '' || each.namespace !== namespace))) continue;
      const found = each.subjects.find((one) => means(one, each.namespace));
      if (found === undefined) continue;
      const of = allRoles.find(
        (one) =>
          one.kind === each.roleRef.kind &&
          one.name === each.roleRef.name &&
          (one.kind === 'ClusterRole' || one.namespace === each.namespace),
      );
      const at = (of?.rules ?? []).findIndex(ruleAllows);
      if (at >= 0) return JSON.stringify([each, found, of?.name, at]);
    }
  }
  return undefined;
}

describe('authorize', () => {
  it('equals a slow literal reading, down to the rule that is named', () => {
    fc.assert(
      fc.property(roles, bindings, asker, request, (allRoles, allBindings, who, wanted) => {
        const answer = authorize(compileRbac(allRoles, allBindings), who, wanted);
        const by = answer.by && JSON.stringify([answer.by.binding, answer.by.subject, answer.by.role.name, answer.by.rule]);
        expect(by).toBe(slowly(allRoles, allBindings, who, wanted));
        expect(answer.decision).toBe(by === undefined ? 'deny' : 'allow');
      }),
      { numRuns: 1500 },
    );
  });

  it('never loses access by another binding', () => {
    fc.assert(
      fc.property(roles, bindings, binding, asker, request, (allRoles, allBindings, more, who, wanted) => {
        const before = authorize(compileRbac(allRoles, allBindings), who, wanted).decision;
        const after = authorize(compileRbac(allRoles, [more, ...allBindings]), who, wanted).decision;
        if (before === 'allow') expect(after).toBe('allow');
      }),
      { numRuns: 500 },
    );
  });
});

describe('covers', () => {
  it('is reflexive', () => {
    fc.assert(
      fc.property(rules, (held) => {
        expect(covers(held, held).missing).toEqual([]);
      }),
    );
  });

  it('is transitive', () => {
    const atom = fc.oneof(resourceRule, pathRule).chain((rule) => fc.constantFrom(...ruleAtoms(rule)));
    fc.assert(
      fc.property(fc.oneof(resourceRule, pathRule), fc.oneof(resourceRule, pathRule), atom, (a, b, c) => {
        if (ruleCovers(b, c) && covers([a], [b]).covered) expect(ruleCovers(a, c)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('means that whatever the wanted rules allow, the held ones allow too', () => {
    const allows = (list: readonly PolicyRule[], attributes: Attributes) => list.some((rule) => ruleAllows(rule, attributes));
    fc.assert(
      fc.property(rules, fc.oneof(resourceRule, pathRule), request, (held, wanted, attributes) => {
        if (covers(held, [wanted]).covered && ruleAllows(wanted, attributes)) expect(allows(held, attributes)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('mayWrite', () => {
  it('never lets a create add atoms that the user lacks, unless by escalate, bind or system:masters', () => {
    const who: User = { name: 'mira', groups: ['system:authenticated'] };
    const writer: Role = {
      kind: 'ClusterRole',
      name: 'writer',
      namespace: '',
      labels: {},
      rules: [
        { apiGroups: [RBAC], resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'], verbs: ['create'] },
      ],
    };
    const mine: Binding = {
      kind: 'ClusterRoleBinding',
      name: 'mine',
      namespace: '',
      roleRef: { kind: 'ClusterRole', name: 'writer' },
      subjects: [{ kind: 'User', name: 'mira' }],
    };
    const written = fc.oneof(role, binding);
    fc.assert(
      fc.property(roles, bindings, written, (allRoles, allBindings, object) => {
        const index = compileRbac([...allRoles, writer], [...allBindings, mine]);
        const answer = mayWrite(index, who, { operation: 'create', object: manifest(object) });
        const held = rulesFor(index, who, object.namespace).map(({ rule }) => rule);
        const asks = (verb: string, resource: string, name: string) =>
          authorize(index, who, { verb, apiGroup: RBAC, resource, name, namespace: object.namespace }).decision === 'allow';
        const plural = `${'rules' in object ? object.kind : object.roleRef.kind}s`.toLowerCase();
        const exempt = 'rules' in object ? asks('escalate', plural, '') : asks('bind', plural, object.roleRef.name);
        if (exempt) return;
        const ref =
          'rules' in object
            ? object
            : allRoles.find(
                (one) =>
                  one.kind === object.roleRef.kind &&
                  one.name === object.roleRef.name &&
                  (one.kind === 'ClusterRole' || one.namespace === object.namespace),
              );
        if (answer.decision === 'allow') expect(covers(held, ref?.rules ?? []).missing).toEqual([]);
        else expect(answer.reason).not.toBe('');
      }),
      { numRuns: 400 },
    );
  });
});
