import { describe, expect, it } from 'vitest';
import {
  authorize,
  compileRbac,
  DEFAULT_BINDINGS,
  defaultRoles,
  findRole,
  sameAtoms,
  withDefaults,
} from '../../src/rules/rbac/index.ts';
import { ask, binding, clusterRole, may, User, user } from './make.ts';

const can = (version: string | undefined, of: string, request: string): string => {
  const world = withDefaults(
    [],
    [binding('harbor', 'b', `ClusterRole/${of}`, User('mira'))],
    version === undefined ? {} : { version },
  );
  return authorize(compileRbac(world.roles, world.bindings), user('mira'), ask(request)).decision;
};

describe('the default roles', () => {
  it('have every role that a default binding names', () => {
    const index = compileRbac(defaultRoles(), DEFAULT_BINDINGS);
    expect(DEFAULT_BINDINGS.map((each) => typeof findRole(index, each.roleRef, ''))).not.toContain('string');
  });

  it('are all marked, and no name stands twice', () => {
    expect([...defaultRoles(), ...DEFAULT_BINDINGS].every((each) => each.isDefault === true && Object.isFrozen(each))).toBe(true);
    expect(new Set(defaultRoles().map(({ name }) => name)).size).toBe(defaultRoles().length);
  });

  it('hold in admin what edit holds, and in edit what view holds', () => {
    const rules = (name: string) => defaultRoles().find((each) => each.name === name)?.rules ?? [];
    const parts = (...names: string[]) => names.flatMap((name) => rules(`system:aggregate-to-${name}`));
    expect(sameAtoms(rules('view'), parts('view'))).toBe(true);
    expect(sameAtoms(rules('edit'), parts('view', 'edit'))).toBe(true);
    expect(sameAtoms(rules('admin'), parts('view', 'edit', 'admin'))).toBe(true);
  });

  it.each([
    [undefined, 'view', 'get harbor resource.k8s.io resourceclaims a', 'deny'],
    ['1.32', 'edit', 'create harbor resource.k8s.io resourceclaims', 'deny'],
    ['1.33', 'view', 'get harbor resource.k8s.io resourceclaims/status a', 'allow'],
    ['v1.33.2-eks-1a2b3c4', 'edit', 'create harbor resource.k8s.io resourceclaimtemplates', 'allow'],
    ['1.34', 'edit', 'update harbor resource.k8s.io resourceclaims/status a', 'deny'],
    ['newest', 'view', 'get harbor resource.k8s.io resourceclaims a', 'deny'],
    [undefined, 'edit', 'update harbor core pods/resize a', 'deny'],
    [undefined, 'edit', 'create harbor core endpoints', 'deny'],
    [undefined, 'edit', 'impersonate harbor core serviceaccounts a', 'allow'],
    [undefined, 'view', 'get harbor core secrets a', 'deny'],
    [undefined, 'admin', 'create harbor core resourcequotas', 'deny'],
    [undefined, 'admin', 'create harbor core serviceaccounts/token a', 'allow'],
  ])('of %s: %s may %s: %s', (version, of, request, expected) => {
    expect(can(version, of, request)).toBe(expected);
  });
});

describe('withDefaults', () => {
  it('fills in only what is lacking and says what', () => {
    const own = clusterRole('view', [may('core', 'pods', 'get')]);
    const { roles, filled } = withDefaults([own], []);
    expect(roles.filter((each) => each.name === 'view')).toEqual([own]);
    expect(filled).not.toContain('ClusterRole view');
    expect(filled).toEqual(expect.arrayContaining(['ClusterRole edit', 'ClusterRoleBinding system:discovery']));
    expect(withDefaults(defaultRoles(), DEFAULT_BINDINGS).filled).toEqual([]);
  });

  it('lets a role that is filled in gather the labelled roles of the files, as a live cluster does', () => {
    const widens = clusterRole('crates', [may('cargo.example.io', 'crates', 'get')], {
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
    });
    const decide = (aggregation: 'asListed' | 'reconciled') => {
      const world = withDefaults([widens], [binding('harbor', 'b', 'ClusterRole/admin', User('mira'))], { aggregation });
      return authorize(compileRbac(world.roles, world.bindings), user('mira'), ask('get harbor cargo.example.io crates a'))
        .decision;
    };
    expect([decide('reconciled'), decide('asListed')]).toEqual(['allow', 'deny']);
  });

  it('does not touch aggregated roles of the files', () => {
    const listed = { ...clusterRole('mine', []), aggregation: [{ matchLabels: { to: 'mine' } }] };
    const { roles } = withDefaults([listed, clusterRole('part', [may('core', 'pods', 'get')], { to: 'mine' })], []);
    expect(roles[0]).toEqual(listed);
  });

  it('makes a newer version no different where the files hold the role', () => {
    expect(defaultRoles('1.33').length).toBe(defaultRoles().length);
  });
});
