import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACCESS_POLICIES } from '../../src/rules/eks/access-policies.ts';
import { defaultRoles, type PolicyRule, sameAtoms } from '../../src/rules/rbac/index.ts';

// The tables of the facts, read from the page itself: whoever changes a table of the engine changes the page with its source.
const facts = readFileSync(new URL('../../docs/facts/eks.md', import.meta.url), 'utf8');

function tables(from: string, to: string): readonly string[] {
  const section = facts.slice(facts.indexOf(from), facts.indexOf(to));
  return [...section.matchAll(/```yaml\n(.*?)```/gs)].map((found) => (found[1] ?? '').replaceAll(/#.*$/gm, ''));
}

function named(text: string): readonly (readonly [string, readonly PolicyRule[]])[] {
  return [...text.matchAll(/^([\w.-]+(?::[\w.-]+)*):\s*(\[\{.*?\}\])\s*$/gms)].map(([, name = '', rules = '']) => [
    name,
    parse(rules),
  ]);
}

const [policyView = '', policyEdit = '', policyAdmin = '', policyOthers = ''] = tables('## 3.7', '## 3.8');
const [view = '', edit = '', admin = '', others = ''] = tables('## 5.8', '## 5.9');
const summed = (...texts: readonly string[]): readonly PolicyRule[] => texts.flatMap((text) => parse(text));

const policies: readonly (readonly [string, readonly PolicyRule[]])[] = [
  ['AmazonEKSViewPolicy', summed(policyView)],
  ['AmazonEKSEditPolicy', summed(policyView, policyEdit)],
  ['AmazonEKSAdminPolicy', summed(policyView, policyEdit, policyAdmin)],
  ...Object.entries(parse(policyOthers) as Readonly<Record<string, readonly PolicyRule[]>>),
];

it.each(policies)('access policy %s holds what its published table holds', (name, rules) => {
  expect(sameAtoms(ACCESS_POLICIES.get(name) ?? [], rules)).toBe(true);
});

it('every access policy with rules has its table in the facts', () => {
  expect([...ACCESS_POLICIES.keys()].sort()).toEqual(policies.map(([name]) => name).sort());
});

const roles: readonly (readonly [string, readonly PolicyRule[]])[] = [
  ['view', summed(view)],
  ['edit', summed(view, edit)],
  ['admin', summed(view, edit, admin)],
  ...named(others),
];

it.each(roles)('default role %s of Kubernetes 1.32 holds what the facts list', (name, rules) => {
  const role = defaultRoles('1.32').find((each) => each.name === name);
  expect(sameAtoms(role?.rules ?? [], rules)).toBe(true);
});

it('the list of default roles was read', () => {
  expect(roles.map(([name]) => name)).toEqual(
    expect.arrayContaining(['cluster-admin', 'system:discovery', 'system:basic-user', 'system:node-proxier']),
  );
});
