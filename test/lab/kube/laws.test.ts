import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, type JsonObject, textAt } from '../../../src/edge/lab/kube/json.ts';
import { apiVersionOf, KINDS } from '../../../src/edge/lab/kube/kinds.ts';
import { holds } from '../../properties/runs.ts';
import { asking, NAMESPACE, RBAC } from './ask.ts';
import { testSeat } from './seat.ts';

const anyJson = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)));
const KEYS = [
  'name',
  'namespace',
  'labels',
  'finalizers',
  'ownerReferences',
  'managedFields',
  'resourceVersion',
  'spec',
  'status',
  'data',
  'rules',
  'subjects',
  'roleRef',
  'containers',
  '__proto__',
  '$patch',
];
const keyed = (value: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> =>
  fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 4 });
const body = keyed(fc.oneof(anyJson, keyed(anyJson), keyed(keyed(anyJson)))).map(
  (object): JsonObject => JSON.parse(JSON.stringify(object)),
);
const TYPES = [
  'application/json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/json-patch+json',
  'application/apply-patch+yaml',
  'application/yaml',
];

describe('whatever is sent', () => {
  it('is answered by Kubernetes words, and what is refused has changed nothing', () => {
    const { ask, store, watch } = asking(testSeat());
    const heard = KINDS.map((kind) =>
      watch(
        `/${kind.group === '' ? 'api' : 'apis'}/${apiVersionOf(kind)}/${kind.resource}?watch=true&resourceVersion=${store.version()}`,
      ),
    );
    holds(
      1500,
      fc.property(
        fc.constantFrom(...KINDS),
        fc.oneof(
          fc.tuple(fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'), fc.constantFrom(...TYPES)),
          fc.tuple(fc.constantFrom('POST', 'PUT', 'DELETE'), fc.constant('application/json')),
          fc.tuple(fc.constant('PATCH'), fc.constantFrom(...TYPES.slice(1, 5))),
        ),
        fc.oneof(fc.constant<JsonObject>({}), body),
        fc.nat(3),
        fc.constantFrom('x', 'y'),
        (kind, [method, type], sent, form, label) => {
          const whole = form > 0;
          const list = form === 3;
          const home = kind.namespaced ? '/namespaces/default' : '';
          const collection = `/${kind.group === '' ? 'api' : 'apis'}/${apiVersionOf(kind)}${home}/${kind.resource}`;
          const metadata = {
            name: 'x',
            labels: { label },
            ...(typeof sent['metadata'] === 'object' && !Array.isArray(sent['metadata']) ? sent['metadata'] : {}),
          };
          const object = whole ? { apiVersion: apiVersionOf(kind), kind: kind.kind, ...sent, metadata } : sent;
          const before = store.version();
          const target = method === 'POST' ? collection : `${collection}/x`;
          const got = ask(method, `${target}?fieldManager=m&force=true`, list ? [object] : object, { type });
          if (got.status >= 500) expect(got.body.message).toBe('resourceVersion should not be set on objects to be created');
          if (got.status >= 400) {
            expect(got.body).toMatchObject({ kind: 'Status', status: 'Failure', code: got.status, message: expect.any(String) });
            expect(store.version()).toBe(before);
          }
        },
      ),
    );
    // Each version that was made was told to some watch, once.
    const told = heard.flatMap(({ events }) => events.map(({ object }) => Number(object.metadata.resourceVersion)));
    expect(new Set(told).size).toBe(told.length);
    expect(told.length).toBeGreaterThan(50);
    for (const object of store.all()) {
      expect(textAt(object, 'metadata', 'uid')).not.toBe('');
      expect(JSON.parse(JSON.stringify(object))).toEqual(object);
    }
  });
});

describe('no way up', () => {
  const rule = fc.record({
    apiGroups: fc.subarray(['', 'apps', 'rbac.authorization.k8s.io', '*'], { minLength: 1 }),
    resources: fc.subarray(['pods', 'secrets', 'roles', 'rolebindings', '*'], { minLength: 1 }),
    verbs: fc.subarray(['get', 'create', 'escalate', 'bind', 'impersonate', '*'], { minLength: 1 }),
  });
  const role = fc.array(rule, { maxLength: 2 }).map(
    (rules): JsonObject => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'r' },
      rules: JSON.parse(JSON.stringify(rules)),
    }),
  );
  const subjects = fc.subarray([
    { kind: 'User', name: 'mira' },
    { kind: 'Group', name: 'system:authenticated' },
  ]);
  const binding = fc
    .tuple(fc.constantFrom('Role r', 'Role writer', 'ClusterRole cluster-admin', 'ClusterRole edit', 'Role none'), subjects)
    .map(([ref, list]): JsonObject => {
      const [kind = '', name = ''] = ref.split(' ');
      return {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'b' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
        subjects: list,
      };
    });
  const QUESTIONS = ['pods', 'secrets', 'configmaps'].flatMap((resource) => [
    ['GET', `${NAMESPACE}/${resource}`],
    ['POST', `${NAMESPACE}/${resource}?dryRun=All`],
  ]);

  it('whoever may write roles and bindings never gets more than he holds, by any verb and any form of patch', () => {
    holds(
      60,
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('POST', 'PUT', ...TYPES.slice(1, 5)), fc.oneof(role, binding)), {
          minLength: 1,
          maxLength: 8,
        }),
        (writes) => {
          const { ask } = asking(testSeat({ mira: {} }));
          const rbac = 'rbac.authorization.k8s.io';
          const rules = [
            { apiGroups: [rbac], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'patch', 'delete', 'get'] },
            { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
          ];
          ask('POST', `${RBAC}/namespaces/default/roles`, {
            apiVersion: `${rbac}/v1`,
            kind: 'Role',
            metadata: { name: 'writer' },
            rules,
          });
          const roleRef = { apiGroup: rbac, kind: 'Role', name: 'writer' };
          ask('POST', `${RBAC}/namespaces/default/rolebindings`, {
            apiVersion: `${rbac}/v1`,
            kind: 'RoleBinding',
            metadata: { name: 'writer' },
            roleRef,
            subjects: [{ kind: 'User', name: 'mira' }],
          });
          const may = (): readonly boolean[] =>
            QUESTIONS.map(([method = '', target = '']) => ask(method, target, '', { as: 'mira' }).status !== 403);
          const before = may();
          for (const [how, object] of writes) {
            const of = `${RBAC}/namespaces/default/${object['kind'] === 'Role' ? 'roles' : 'rolebindings'}`;
            const name = textAt(object, 'metadata', 'name');
            if (how === 'POST') ask('POST', of, object, { as: 'mira' });
            else if (how === 'PUT') ask('PUT', `${of}/${name}`, object, { as: 'mira' });
            else {
              const fields = ['rules', 'subjects', 'roleRef'].filter((key) => Object.hasOwn(object, key));
              const patch =
                how === 'application/json-patch+json'
                  ? fields.map((key) => ({ op: 'add', path: `/${key}`, value: object[key] }))
                  : object;
              ask('PATCH', `${of}/${name}?fieldManager=m&force=true`, patch, { as: 'mira', type: how });
            }
            expect(may()).toEqual(before);
          }
        },
      ),
    );
  });
});
