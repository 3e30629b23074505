import { describe, expect, it } from 'vitest';
import { compileRbac, impersonatedUser, impersonationAttributes, impersonationLacks } from '../../src/rules/rbac/index.ts';
import { binding, clusterBinding, clusterRole, may, User, user } from './make.ts';

describe('impersonation', () => {
  const index = compileRbac(
    [
      clusterRole('groups', [may('core', 'users', 'impersonate', 'ann'), may('core', 'groups', 'impersonate', 'team')]),
      clusterRole('accounts', [may('core', 'serviceaccounts', 'impersonate')]),
      clusterRole('scopes', [may('authentication.k8s.io', 'userextras/scopes', 'impersonate', 'view')]),
    ],
    [
      clusterBinding('g', 'ClusterRole/groups', User('mira')),
      binding('harbor', 'a', 'ClusterRole/accounts', User('mira')),
      clusterBinding('s', 'ClusterRole/scopes', User('mira')),
    ],
  );

  it('asks for the user, every group, the uid and every extra value', () => {
    expect(
      impersonationAttributes({ user: 'ann', groups: ['team', 'other'], uid: '7', extra: { Scopes: ['view', 'edit'] } }),
    ).toEqual([
      { verb: 'impersonate', apiGroup: '', resource: 'users', name: 'ann' },
      { verb: 'impersonate', apiGroup: '', resource: 'groups', name: 'team' },
      { verb: 'impersonate', apiGroup: '', resource: 'groups', name: 'other' },
      { verb: 'impersonate', apiGroup: 'authentication.k8s.io', resource: 'uids', name: '7' },
      { verb: 'impersonate', apiGroup: 'authentication.k8s.io', resource: 'userextras', subresource: 'scopes', name: 'view' },
      { verb: 'impersonate', apiGroup: 'authentication.k8s.io', resource: 'userextras', subresource: 'scopes', name: 'edit' },
    ]);
  });

  it.each([
    [{ user: 'ann' }, undefined],
    [{ user: 'ann', groups: ['team'] }, undefined],
    [{ user: 'ann', groups: ['team', 'system:masters'] }, 'system:masters'],
    [{ user: 'bob' }, 'bob'],
    [{ user: 'ann', extra: { scopes: ['view'] } }, undefined],
    [{ user: 'ann', extra: { scopes: ['edit'] } }, 'edit'],
    [{ user: 'system:serviceaccount:harbor:robot' }, undefined],
    [{ user: 'system:serviceaccount:depot:robot' }, 'robot'],
    [{ user: 'system:serviceaccount:harbor' }, 'system:serviceaccount:harbor'],
  ])('%j lacks %s', (wanted, name) => {
    const lacks = impersonationLacks(index, user('mira'), wanted);
    expect(lacks && 'name' in lacks ? lacks.name : undefined).toBe(name);
  });

  it('may be allowed by another authorizer', () => {
    expect(impersonationLacks(index, user('mira'), { user: 'bob' }, ({ verb }) => verb === 'impersonate')).toBeUndefined();
  });

  it.each([
    [{ user: 'ann' }, ['system:authenticated']],
    [{ user: 'ann', groups: ['team'] }, ['team', 'system:authenticated']],
    [{ user: 'ann', groups: ['system:authenticated'] }, ['system:authenticated']],
    [{ user: 'system:anonymous' }, ['system:unauthenticated']],
    [
      { user: 'system:serviceaccount:harbor:robot' },
      ['system:serviceaccounts', 'system:serviceaccounts:harbor', 'system:authenticated'],
    ],
    [{ user: 'system:serviceaccount:harbor:robot', groups: ['team'] }, ['team', 'system:authenticated']],
  ])('goes on as %j with %j', (wanted, groups) => {
    expect(impersonatedUser(wanted)).toEqual({ name: wanted.user, groups });
  });
});
