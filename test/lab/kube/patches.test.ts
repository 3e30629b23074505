import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/edge/lab/kube/json.ts';
import { jsonPatch } from '../../../src/edge/lab/kube/json-patch.ts';
import { mergePatch } from '../../../src/edge/lab/kube/merge-patch.ts';
import { Refused } from '../../../src/edge/lab/kube/status.ts';
import { strategicMerge } from '../../../src/edge/lab/kube/strategic.ts';
import { holds } from '../../properties/runs.ts';
import { asking, configMap, DEPLOYMENTS, deployment, NAMESPACE } from './ask.ts';
import { testSeat } from './seat.ts';

const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)));
const anyObject = fc
  .dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'b', '__proto__', 'constructor', '$patch', '$retainKeys')), anyJson)
  .map((value): JsonObject => JSON.parse(JSON.stringify(value)));

describe('JSON patch', () => {
  // Cases of RFC 6902, appendix A.
  it.each<[string, JsonObject, Json, JsonObject | undefined]>([
    ['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
    ['adds an element', { foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }], { foo: ['bar', 'qux', 'baz'] }],
    ['removes a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    ['removes an element', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
    ['replaces a value', { baz: 'qux', foo: 'bar' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo', foo: 'bar' }],
    [
      'moves a value',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: {} },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { thud: 'fred' } },
    ],
    [
      'moves an element',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      'tests',
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    ['fails a test', { baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }], undefined],
    [
      'adds an object',
      { foo: 'bar' },
      [{ op: 'add', path: '/child', value: { grandchild: {} } }],
      { foo: 'bar', child: { grandchild: {} } },
    ],
    ['adds nowhere', { foo: 'bar' }, [{ op: 'add', path: '/baz/bat', value: 'qux' }], undefined],
    ['unescapes', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    ['tells texts from numbers', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: '10' }], undefined],
    ['appends', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc'] }], { foo: ['bar', ['abc']] }],
    ['copies', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    ['moves nothing into itself', { a: { b: {} } }, [{ op: 'move', from: '/a', path: '/a/b/c' }], undefined],
    ['has no such operation', {}, [{ op: 'x', path: '/a' }], undefined],
    ['reads no number with a zero before it', { a: [1, 2] }, [{ op: 'remove', path: '/a/01' }], undefined],
  ])('%s', (_, document, patch, expected) => {
    if (expected === undefined) expect(() => jsonPatch(document, patch)).toThrow(Refused);
    else expect(jsonPatch(document, patch)).toEqual(expected);
  });

  it('never fails but by a refusal, and changes nothing of what it was given', () => {
    const path = fc.constantFrom('', '/a', '/b', '/a/0', '/a/-', '/a/b', '/b/__proto__', '/~1', 'a');
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
      path,
      from: path,
      value: anyJson,
    });
    holds(
      1000,
      fc.property(anyObject, fc.array(operation, { maxLength: 6 }), (document, patch) => {
        const before = JSON.stringify(document);
        try {
          jsonPatch(document, JSON.parse(JSON.stringify(patch)));
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
        expect(JSON.stringify(document)).toBe(before);
      }),
    );
  });

  it('refuses copies that would grow without end', () => {
    const copies = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '', path: `/x${i}` }));
    const { ask } = asking(testSeat());
    ask('POST', `${NAMESPACE}/configmaps`, configMap('a', { k: 'v'.repeat(1000) }));
    const type = 'application/json-patch+json';
    expect(ask('PATCH', `${NAMESPACE}/configmaps/a`, copies, { type }).status).toBe(413);
    const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' }));
    expect(ask('PATCH', `${NAMESPACE}/configmaps/a`, many, { type }).status).toBe(413);
    const deep = Array.from({ length: 600 }, (_, i) => ({ op: 'add', path: `/metadata${'/x'.repeat(i + 1)}`, value: {} }));
    expect(ask('PATCH', `${NAMESPACE}/configmaps/a`, deep, { type }).status).toBe(400);
  });
});

describe('merge patches', () => {
  // Cases of RFC 7386, appendix A.
  it.each<[JsonObject, JsonObject, JsonObject]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (document, patch, expected) => {
    expect(mergePatch(document, patch)).toEqual(expected);
  });

  it('is the same as a strategic merge where no list and no directive is', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
    const tree = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(leaf, fc.dictionary(fc.constantFrom('d', 'e'), leaf)));
    holds(
      500,
      fc.property(tree, tree, (document, patch) => {
        expect(strategicMerge('', document, patch)).toEqual(mergePatch(document, patch));
      }),
    );
  });
});

describe('strategic merge patches', () => {
  const pod = {
    spec: {
      containers: [
        { name: 'a', image: 'a:1' },
        { name: 'b', image: 'b:1' },
      ],
      tolerations: [{ key: 'x' }],
    },
    metadata: { finalizers: ['f'] },
  };
  it.each<[string, JsonObject, JsonObject]>([
    [
      'merges elements by their key',
      {
        spec: {
          containers: [
            { name: 'b', image: 'b:2' },
            { name: 'c', image: 'c:1' },
          ],
        },
      },
      {
        spec: {
          ...pod.spec,
          containers: [
            { name: 'a', image: 'a:1' },
            { name: 'b', image: 'b:2' },
            { name: 'c', image: 'c:1' },
          ],
        },
        metadata: pod.metadata,
      },
    ],
    [
      'deletes an element',
      { spec: { containers: [{ name: 'a', $patch: 'delete' }] } },
      { spec: { ...pod.spec, containers: [{ name: 'b', image: 'b:1' }] }, metadata: pod.metadata },
    ],
    [
      'replaces a list',
      { spec: { containers: [{ name: 'z', image: 'z' }, { $patch: 'replace' }] } },
      { spec: { ...pod.spec, containers: [{ name: 'z', image: 'z' }] }, metadata: pod.metadata },
    ],
    [
      'puts elements in order',
      { spec: { $setElementOrder: 0, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } },
      {
        spec: {
          ...pod.spec,
          containers: [
            { name: 'b', image: 'b:1' },
            { name: 'a', image: 'a:1' },
          ],
        },
        metadata: pod.metadata,
      },
    ],
    [
      'replaces a list without keys',
      { spec: { tolerations: [{ key: 'y' }] } },
      { spec: { ...pod.spec, tolerations: [{ key: 'y' }] }, metadata: pod.metadata },
    ],
    ['joins a set', { metadata: { finalizers: ['g', 'f'] } }, { spec: pod.spec, metadata: { finalizers: ['f', 'g'] } }],
    [
      'takes out of a set',
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['f'] } },
      { spec: pod.spec, metadata: { finalizers: [] } },
    ],
    [
      'keeps named keys alone',
      { spec: { $retainKeys: ['containers'], nodeName: 'n' } },
      { spec: { containers: pod.spec.containers, nodeName: 'n' }, metadata: pod.metadata },
    ],
    ['replaces an object', { spec: { $patch: 'replace', nodeName: 'n' } }, { spec: { nodeName: 'n' }, metadata: pod.metadata }],
    ['deletes by null', { spec: { tolerations: null }, metadata: null }, { spec: { containers: pod.spec.containers } }],
  ])('%s', (_, patch, expected) => {
    expect(strategicMerge('Pod', pod, patch)).toEqual(expected);
  });

  it('never fails but by a refusal', () => {
    holds(
      500,
      fc.property(anyObject, anyObject, (document, patch) => {
        try {
          strategicMerge('Pod', document, patch);
          strategicMerge('Pod', pod, { spec: patch, metadata: document });
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
      }),
    );
  });
});

describe('server-side apply', () => {
  const type = 'application/apply-patch+yaml';
  const maps = `${NAMESPACE}/configmaps`;
  const apply = (ask: ReturnType<typeof asking>['ask'], manager: string, data: object, more = '') =>
    ask(
      'PATCH',
      `${maps}/a?fieldManager=${manager}${more}`,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data },
      { type },
    );

  it('makes, changes and takes back what a manager states', () => {
    const { ask } = asking(testSeat());
    expect(apply(ask, 'm', { a: '1', b: '1' }).status).toBe(201);
    expect(apply(ask, 'm', { a: '2' }).body.data).toEqual({ a: '2' });
    const version = apply(ask, 'm', { a: '2' }).body.metadata.resourceVersion;
    expect(apply(ask, 'm', { a: '2' }).body.metadata.resourceVersion).toBe(version);
    expect(ask('PATCH', `${maps}/a`, configMap('a'), { type })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('fieldManager: Required value') },
    });
  });

  it('keeps managers apart: conflicts, force, and shared fields', () => {
    const { ask } = asking(testSeat());
    apply(ask, 'one', { a: '1', b: '1' });
    expect(apply(ask, 'two', { a: '1', c: '1' }).status).toBe(200);
    expect(apply(ask, 'one', { b: '1' }).body.data).toEqual({ a: '1', b: '1', c: '1' });
    const conflict = apply(ask, 'three', { a: '3', b: '3' });
    expect(conflict).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.b\nconflicts with "two":\n- .data.a',
        details: {
          causes: expect.arrayContaining([
            { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.b' },
            { reason: 'FieldManagerConflict', message: 'conflict with "two"', field: '.data.a' },
          ]),
        },
      },
    });
    expect(apply(ask, 'three', { a: '3' }).body.message).toBe('Apply failed with 1 conflict: conflict with "two": .data.a');
    expect(apply(ask, 'three', { a: '3' }, '&force=true').body.data).toEqual({ a: '3', b: '1', c: '1' });
    expect(apply(ask, 'two', { c: '2' }).body.data).toEqual({ a: '3', b: '1', c: '2' });
    expect(apply(ask, 'three', {}).body.data).toEqual({ b: '1', c: '2' });
  });

  it('tells the owners of list elements apart by their keys', () => {
    const { ask } = asking(testSeat());
    const made = deployment('web');
    const of = `${DEPLOYMENTS}/web?fieldManager=`;
    ask('PATCH', `${of}one`, made, { type });
    const side = { ...made, spec: { template: { spec: { containers: [{ name: 'side', image: 's:1' }] } } } };
    const selector = { selector: { matchLabels: { app: 'web' } } };
    const got = ask('PATCH', `${of}two`, { ...side, spec: { ...side.spec, ...selector } }, { type });
    expect(got.body.spec.template.spec.containers.map(({ name }: { readonly name: string }) => name)).toEqual(['web', 'side']);
    const less = ask('PATCH', `${of}two`, { ...side, spec: { ...selector } }, { type });
    expect(less.body.spec.template.spec.containers.map(({ name }: { readonly name: string }) => name)).toEqual(['web']);
    const managers = less.body.metadata.managedFields.map(({ manager }: { readonly manager: string }) => manager);
    expect(managers).toEqual(['one', 'two']);
  });

  it('gives an ordinary writer what he changes, so that the next apply of another conflicts', () => {
    const { ask } = asking(testSeat());
    apply(ask, 'one', { a: '1' });
    ask('PATCH', `${maps}/a?fieldManager=hand`, { data: { a: '2' } }, { type: 'application/merge-patch+json' });
    expect(apply(ask, 'one', { a: '1' }).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "hand" using v1: .data.a',
    );
  });

  it('laws: applying twice changes nothing, and what one manager alone states is what stands', () => {
    const data = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2'));
    holds(
      60,
      fc.property(fc.array(data, { minLength: 1, maxLength: 4 }), (states) => {
        const { ask } = asking(testSeat());
        for (const state of states) {
          const first = apply(ask, 'm', state).body;
          expect(first.data ?? {}).toEqual(state);
          expect(apply(ask, 'm', state).body).toEqual(first);
        }
      }),
    );
  });
});
