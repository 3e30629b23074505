import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_RULES } from '../../src/grants/wish/audit.ts';
import { covers, defaultRoles, type PolicyRule } from '../../src/rules/rbac/index.ts';

const one = (apiGroup: string, resource: string, verb: string): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs: [verb],
});

test('docs/grants.md prints the table of audit as it is', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/grants.md'), 'utf8');
  const rows = AUDIT_RULES.map(
    ({ apiGroups = [], resources = [] }) => `| ${apiGroups[0] || '(core)'} | ${resources.join(', ')} |`,
  );
  expect(page).toContain(rows.join('\n'));
});

test('audit reads all that view of 1.32 reads, and nothing by a wildcard', () => {
  const view = defaultRoles('1.32').find(({ name }) => name === 'view')?.rules ?? [];
  expect(covers(AUDIT_RULES, view).covered).toBe(true);
  expect(JSON.stringify(AUDIT_RULES)).not.toContain('*');
  for (const { verbs } of AUDIT_RULES) expect(verbs).toEqual(['get', 'list', 'watch']);
});

test.each([
  ['', 'secrets', 'get'],
  ['', 'secrets', 'list'],
  ['', 'nodes/proxy', 'get'],
  ['', 'pods/exec', 'get'],
  ['', 'pods/attach', 'get'],
  ['', 'pods/portforward', 'get'],
  ['', 'pods/proxy', 'get'],
  ['', 'services/proxy', 'get'],
  ['', 'serviceaccounts/token', 'create'],
  ['', 'serviceaccounts', 'impersonate'],
])('audit does not give %s/%s %s', (group, resource, verb) => {
  expect(covers(AUDIT_RULES, [one(group, resource, verb)]).covered).toBe(false);
});
