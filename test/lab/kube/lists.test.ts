import { describe, expect, it } from 'vitest';
import { asking, configMap, NAMESPACE } from './ask.ts';
import { testSeat } from './seat.ts';

const maps = `${NAMESPACE}/configmaps`;
const TABLE = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } };

function filled() {
  const asked = asking(testSeat());
  for (const [name, tier] of [
    ['a', 'front'],
    ['b', 'back'],
    ['c', 'front'],
    ['d', ''],
  ]) {
    const labels = tier === '' ? {} : { tier: String(tier) };
    asked.ask('POST', maps, { ...configMap(String(name), { k: 'v' }), metadata: { name, labels } });
  }
  const names = (query: string): string =>
    asked
      .ask('GET', `${maps}?${query}`)
      .body.items.map((item: { readonly metadata: { readonly name: string } }) => item.metadata.name)
      .join('');
  return { ...asked, names };
}

describe('selectors', () => {
  it.each([
    ['tier=front', 'ac'],
    ['tier==front', 'ac'],
    ['tier!=front', 'bd'],
    ['tier in (front, back)', 'abc'],
    ['tier notin (front)', 'bd'],
    ['tier', 'abc'],
    ['!tier', 'd'],
    ['tier=front,!tier', ''],
    ['', 'abcd'],
  ])('labels %j select %j', (selector, expected) => {
    expect(filled().names(`labelSelector=${encodeURIComponent(selector)}`)).toBe(expected);
  });

  it.each([
    ['metadata.name=b', 'b'],
    ['metadata.name!=b', 'acd'],
    ['metadata.name=b,metadata.namespace=default', 'b'],
    ['metadata.namespace=other', ''],
  ])('fields %j select %j', (selector, expected) => {
    expect(filled().names(`fieldSelector=${encodeURIComponent(selector)}`)).toBe(expected);
  });

  it.each([
    'labelSelector=a%20b',
    'labelSelector=%3Da',
    'labelSelector=a%20in%20b',
    'fieldSelector=data.k%3Dv',
    'fieldSelector=x',
    'limit=x',
    'resourceVersion=x',
  ])('%s is refused', (query) => {
    expect(filled().ask('GET', `${maps}?${query}`).status).toBe(400);
  });

  it('a list by name is authorized with that name', () => {
    const { ask } = asking(testSeat({ mira: {} }));
    const of = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const rules = [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'], verbs: ['list', 'watch'] }];
    ask('POST', `${of}/roles`, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
    ask('POST', `${of}/rolebindings`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'r' },
      roleRef,
      subjects: [{ kind: 'User', name: 'mira' }],
    });
    ask('POST', maps, configMap('a'));
    ask('POST', maps, configMap('b'));
    const list = (query: string) => ask('GET', `${maps}${query}`, undefined, { as: 'mira' });
    expect(list('').status).toBe(403);
    expect(list('?fieldSelector=metadata.name%3Da').body.items).toHaveLength(1);
    expect(list('?fieldSelector=metadata.name%3Db').status).toBe(403);
    // The name that was authorized is the name that is shown.
    expect(list('?fieldSelector=metadata.name%3Da,metadata.name%3Db').body.items).toHaveLength(0);
  });
});

describe('pages', () => {
  it('show the list as it was at its first page', () => {
    const { ask } = filled();
    const first = ask('GET', `${maps}?limit=2`).body;
    expect(first.metadata).toMatchObject({ remainingItemCount: 2 });
    ask('DELETE', `${maps}/c`);
    const second = ask('GET', `${maps}?limit=2&continue=${first.metadata.continue}`).body;
    expect(second.items.map(({ metadata }: { readonly metadata: { readonly name: string } }) => metadata.name)).toEqual([
      'c',
      'd',
    ]);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  it('go on for the same list alone', () => {
    const { ask } = filled();
    const token = ask('GET', `${maps}?limit=1`).body.metadata.continue;
    for (const other of ['/api/v1/namespaces/kube-system/configmaps', `${NAMESPACE}/secrets`, '/api/v1/configmaps']) {
      expect(ask('GET', `${other}?continue=${token}`)).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    }
    expect(ask('GET', `${maps}?continue=nonsense`).status).toBe(410);
  });
});

describe('tables', () => {
  it('have the columns of kubectl', () => {
    const { ask } = filled();
    const { body } = ask('GET', maps, undefined, TABLE);
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    expect(body.columnDefinitions.map(({ name }: { readonly name: string }) => name)).toEqual(['Name', 'Data', 'Age']);
    expect(body.rows[0]).toMatchObject({
      cells: ['a', 1, '0s'],
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
    });
    expect(ask('GET', `${maps}/a?includeObject=None`, undefined, TABLE).body.rows).toEqual([{ cells: ['a', 1, '0s'] }]);
  });
});

describe('watches', () => {
  it('tell changes after a version, through a selector, as tables where asked', () => {
    const { ask, watch } = filled();
    const version = ask('GET', maps).body.metadata.resourceVersion;
    ask('DELETE', `${maps}/d`);
    const plain = watch(`${maps}?watch=1&resourceVersion=${version}`);
    const front = watch(`${maps}?watch=true&resourceVersion=${version}&labelSelector=tier%3Dfront`);
    const table = watch(`${maps}?watch=true&resourceVersion=${version}`, TABLE);
    const patch = (name: string, tier: string | null) =>
      ask('PATCH', `${maps}/${name}`, { metadata: { labels: { tier } } }, { type: 'application/merge-patch+json' });
    patch('b', 'front');
    patch('a', 'back');
    const told = (
      events: readonly { readonly type: string; readonly object: { readonly metadata: { readonly name: string } } }[],
    ): string => events.map(({ type, object }) => `${type} ${object.metadata.name}`).join(', ');
    expect(told(plain.events)).toBe('DELETED d, MODIFIED b, MODIFIED a');
    expect(told(front.events)).toBe('ADDED b, DELETED a');
    expect(table.events[1]).toMatchObject({ type: 'MODIFIED', object: { kind: 'Table', rows: [{ cells: ['b', 1, '0s'] }] } });
    plain.stop();
    patch('b', null);
    expect(plain.events).toHaveLength(3);
  });

  it('begin with what is there, and mark where that ends', () => {
    const { watch } = filled();
    const types = (query: string): string =>
      watch(`${maps}?watch=true&${query}`)
        .events.map(({ type }) => type)
        .join(' ');
    expect(types('')).toBe('ADDED ADDED ADDED ADDED');
    expect(types('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true')).toBe(
      'ADDED ADDED ADDED ADDED BOOKMARK',
    );
  });

  it('mark in the form that was asked for', () => {
    const { watch } = filled();
    const query = `${maps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true`;
    const mark = (accept: string) => watch(query, { headers: { accept } }).events.at(-1).object;
    expect(mark('application/json')).toMatchObject({
      kind: 'ConfigMap',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
    expect(mark('application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io')).toMatchObject({ kind: 'PartialObjectMetadata' });
    expect(mark(TABLE.headers.accept)).toMatchObject({ kind: 'Table', rows: [] });
  });

  it('say that a version is too old, and end', () => {
    const { ask, watch } = filled();
    for (let i = 0; i < 2100; i++)
      ask('PATCH', `${maps}/a`, { data: { k: String(i) } }, { type: 'application/merge-patch+json' });
    const old = watch(`${maps}?watch=true&resourceVersion=1`);
    expect(old.events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }]);
    expect(old.ended()).toBe(true);
  });

  it('show what happens in the namespace alone', () => {
    const { ask, watch } = filled();
    const elsewhere = watch('/api/v1/namespaces/kube-system/configmaps?watch=true');
    const everywhere = watch('/api/v1/configmaps?watch=true&resourceVersion=0');
    ask('POST', maps, configMap('new'));
    expect(elsewhere.events).toEqual([]);
    expect(everywhere.events).toHaveLength(5);
  });
});
