import { describe, expect, it } from 'vitest';
import { asking, configMap, DEPLOYMENTS, deployment, NAMESPACE } from './ask.ts';
import { testSeat } from './seat.ts';

const maps = `${NAMESPACE}/configmaps`;

describe('the life of an object', () => {
  it('is created, read, replaced and deleted, each with a new version', () => {
    const seat = testSeat();
    const { ask } = asking(seat);
    const made = ask('POST', maps, configMap('a', { k: '1' }));
    expect(made).toMatchObject({
      status: 201,
      body: { kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' }, data: { k: '1' } },
    });
    const { uid, resourceVersion, creationTimestamp } = made.body.metadata;
    expect(uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(creationTimestamp).toBe('2026-11-25T12:00:00Z');
    seat.pass(60);
    const replaced = ask('PUT', `${maps}/a`, { ...made.body, data: { k: '2' } });
    expect(replaced).toMatchObject({ status: 200, body: { data: { k: '2' }, metadata: { uid, creationTimestamp } } });
    expect(Number(replaced.body.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
    expect(ask('GET', `${maps}/a`).body).toEqual(replaced.body);
    expect(ask('DELETE', `${maps}/a`)).toMatchObject({
      status: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'a', uid } },
    });
    expect(ask('GET', `${maps}/a`)).toMatchObject({
      status: 404,
      body: { reason: 'NotFound', message: 'configmaps "a" not found', code: 404 },
    });
    expect(seat.kept.map((change) => change.op)).toEqual(['put', 'put', 'delete']);
  });

  it('makes no new version of a write that changes nothing', () => {
    const { ask } = asking(testSeat());
    const made = ask('POST', maps, configMap('a', { k: '1' })).body;
    expect(ask('PUT', `${maps}/a`, { ...made, metadata: { name: 'a' } }).body.metadata.resourceVersion).toBe(
      made.metadata.resourceVersion,
    );
  });

  it('counts the generation of what is wanted, not of labels or status', () => {
    const { ask } = asking(testSeat());
    ask('POST', DEPLOYMENTS, deployment('web'));
    const merge = (body: object, of = ''): unknown =>
      ask('PATCH', `${DEPLOYMENTS}/web${of}`, body, { type: 'application/merge-patch+json' }).body.metadata.generation;
    expect(merge({ metadata: { labels: { a: 'b' } } })).toBe(1);
    expect(merge({ status: { replicas: 3 } }, '/status')).toBe(1);
    expect(merge({ spec: { replicas: 3 } })).toBe(2);
  });

  it('keeps the status from writers of the object, and the object from writers of the status', () => {
    const { ask } = asking(testSeat());
    const made = ask('POST', DEPLOYMENTS, { ...deployment('web'), status: { replicas: 9 } }).body;
    expect(made.status).toEqual({});
    ask('PUT', `${DEPLOYMENTS}/web/status`, { ...made, spec: { ...made.spec, replicas: 7 }, status: { replicas: 1 } });
    expect(ask('GET', `${DEPLOYMENTS}/web`).body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1 } });
  });

  it.each([
    ['an object of that name', 'POST', maps, configMap('taken'), 409, 'configmaps "taken" already exists'],
    ['no such namespace', 'POST', '/api/v1/namespaces/nope/configmaps', configMap('a'), 404, 'namespaces "nope" not found'],
    [
      'another namespace in the body',
      'POST',
      maps,
      { ...configMap('a'), metadata: { name: 'a', namespace: 'other' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    ['another kind', 'POST', maps, deployment('a'), 400, 'Deployment in version "apps/v1" cannot be handled as a ConfigMap'],
    [
      'another name',
      'PUT',
      `${maps}/taken`,
      configMap('a'),
      400,
      'the name of the object (a) does not match the name on the URL (taken)',
    ],
    [
      'no name',
      'POST',
      maps,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} },
      422,
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'a value that is no text',
      'POST',
      maps,
      { ...configMap('a'), data: { k: 1 } },
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go value of type string (ConfigMap.data.k)',
    ],
    ['no object', 'POST', maps, [], 400, "couldn't get version/kind; json parse error: the body is no object"],
    ['nothing to replace', 'PUT', `${maps}/none`, configMap('none'), 404, 'configmaps "none" not found'],
    [
      'a version on creation',
      'POST',
      maps,
      { ...configMap('a'), metadata: { name: 'a', resourceVersion: '1' } },
      500,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'a write of a collection',
      'PUT',
      maps,
      configMap('a'),
      405,
      'the server does not allow this method on the requested resource',
    ],
    [
      'a selector that does not fit',
      'POST',
      DEPLOYMENTS,
      { ...deployment('web'), spec: { ...Object(deployment('web')).spec, selector: { matchLabels: { app: 'x' } } } },
      422,
      'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'a data key that is none',
      'POST',
      maps,
      configMap('a', { 'a b': '' }),
      422,
      /^ConfigMap "a" is invalid: data\[a b\]: Invalid value: "a b": a valid config key must consist/,
    ],
  ])('refuses %s in the words of Kubernetes', (_, method, target, body, status, message) => {
    const { ask } = asking(testSeat());
    ask('POST', maps, configMap('taken'));
    const got = ask(method, target, body);
    expect(got.body).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      code: status,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(got.status).toBe(status);
  });

  it.each(['Upper', '-a', 'a_b', 'a..b', 'x'.repeat(254), '', 'ä', 'a\n'])('refuses %j as a name', (name) => {
    const { ask, store } = asking(testSeat());
    const before = store.version();
    expect(ask('POST', maps, configMap(name)).status).toBe(422);
    expect(store.version()).toBe(before);
  });

  it('finds a name for generateName', () => {
    const { ask } = asking(testSeat());
    const name = (): string =>
      ask('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'job-' } }).body.metadata.name;
    expect(name()).toMatch(/^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(name()).not.toBe(name());
  });
});

describe('optimistic locking', () => {
  it('lets one of two writers who read the same version win', () => {
    const { ask } = asking(testSeat());
    const read = ask('POST', maps, configMap('a', { n: '0' })).body;
    expect(ask('PUT', `${maps}/a`, { ...read, data: { n: '1' } }).status).toBe(200);
    expect(ask('PUT', `${maps}/a`, { ...read, data: { n: '2' } })).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
      },
    });
    expect(ask('GET', `${maps}/a`).body.data).toEqual({ n: '1' });
  });

  it('refuses an object that was made anew in between, and a deletion of another uid', () => {
    const { ask } = asking(testSeat());
    const read = ask('POST', maps, configMap('a')).body;
    ask('DELETE', `${maps}/a`);
    ask('POST', maps, configMap('a'));
    expect(ask('PUT', `${maps}/a`, { ...read, metadata: { name: 'a', uid: read.metadata.uid } }).status).toBe(409);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: read.metadata.uid } };
    expect(ask('DELETE', `${maps}/a`, body).body.message).toMatch(
      /^Operation cannot be fulfilled on configmaps "a": Precondition failed: UID in precondition/,
    );
  });
});

describe('dry run', () => {
  it('answers as if it were done, and does nothing', () => {
    const seat = testSeat();
    const { ask, store } = asking(seat);
    ask('POST', maps, configMap('a', { k: '1' }));
    const before = store.version();
    expect(ask('POST', `${maps}?dryRun=All`, configMap('b')).status).toBe(201);
    expect(ask('PATCH', `${maps}/a?dryRun=All`, { data: { k: '2' } }, { type: 'application/merge-patch+json' }).body.data.k).toBe(
      '2',
    );
    expect(ask('DELETE', `${maps}/a?dryRun=All`).status).toBe(200);
    expect(ask('DELETE', `${maps}/a`, { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] }).status).toBe(200);
    expect(store.version()).toBe(before);
    expect(ask('POST', `${maps}?dryRun=Some`, configMap('b')).status).toBe(422);
  });
});

describe('unknown fields', () => {
  const odd = { ...deployment('web'), spec: { ...Object(deployment('web')).spec, replicsa: 3 } };
  it('are refused, warned of or dropped, as the client asks', () => {
    const { ask } = asking(testSeat());
    expect(ask('POST', `${DEPLOYMENTS}?fieldValidation=Strict`, odd).body.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicsa"',
    );
    const warned = ask('POST', DEPLOYMENTS, odd);
    expect(warned.headers['warning']).toBe('299 - "unknown field \\"spec.replicsa\\""');
    expect(warned.body.spec).not.toHaveProperty('replicsa');
    expect(ask('PUT', `${DEPLOYMENTS}/web?fieldValidation=Ignore`, odd).headers).not.toHaveProperty('warning');
    expect(ask('POST', `${DEPLOYMENTS}?fieldValidation=Maybe`, odd).status).toBe(422);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`unknown-ä-${i}`, 1]));
    const header = ask('PUT', `${DEPLOYMENTS}/web`, { ...deployment('web'), ...many }).headers['warning'] ?? '';
    expect(header.length).toBeGreaterThan(3000);
    expect(header).toMatch(/^[\x20-\x7e]{1,4600}$/);
  });
});

describe('deleting', () => {
  it('takes a namespace with everything in it, but none that Kubernetes needs', () => {
    const { ask } = asking(testSeat());
    ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dev' } });
    expect(ask('GET', '/api/v1/namespaces/dev/serviceaccounts/default').status).toBe(200);
    ask('POST', '/api/v1/namespaces/dev/configmaps', configMap('a'));
    expect(ask('DELETE', '/api/v1/namespaces/dev').status).toBe(200);
    expect(ask('GET', '/api/v1/namespaces/dev').status).toBe(404);
    expect(ask('GET', '/api/v1/configmaps').body.items).toEqual([]);
    expect(ask('DELETE', '/api/v1/namespaces/kube-system').body.message).toBe(
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    );
  });

  it('waits for finalizers, in a namespace too', () => {
    const { ask } = asking(testSeat());
    ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dev' } });
    const of = '/api/v1/namespaces/dev/configmaps';
    ask('POST', of, { ...configMap('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    ask('DELETE', '/api/v1/namespaces/dev');
    expect(ask('GET', '/api/v1/namespaces/dev').body.status.phase).toBe('Terminating');
    expect(ask('GET', `${of}/held`).body.metadata.deletionTimestamp).toBe('2026-11-25T12:00:00Z');
    expect(ask('POST', of, configMap('late'))).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('because it is being terminated') },
    });
    // A write of a namespace that is going away does not end what holds it.
    ask('PATCH', '/api/v1/namespaces/dev', { metadata: { labels: { a: 'b' } } }, { type: 'application/merge-patch+json' });
    expect(ask('GET', '/api/v1/namespaces/dev').body).toMatchObject({
      metadata: { labels: { a: 'b' } },
      status: { phase: 'Terminating' },
    });
    ask('PATCH', `${of}/held`, { metadata: { finalizers: null } }, { type: 'application/merge-patch+json' });
    expect(ask('GET', `${of}/held`).status).toBe(404);
    expect(ask('GET', '/api/v1/namespaces/dev').status).toBe(404);
  });

  it('takes dependents with their last owner, or leaves them as orphans', () => {
    const { ask } = asking(testSeat());
    const owned = (name: string, owner: { readonly metadata: { readonly uid: string } }): object => ({
      ...configMap(name),
      metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }] },
    });
    const first = ask('POST', maps, configMap('owner')).body;
    ask('POST', maps, owned('a', first));
    ask('DELETE', `${maps}/owner`, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' });
    expect(ask('GET', `${maps}/a`).status).toBe(404);
    const second = ask('POST', maps, configMap('owner')).body;
    ask('POST', maps, owned('b', second));
    ask('DELETE', `${maps}/owner?propagationPolicy=Orphan`);
    expect(ask('GET', `${maps}/b`).body.metadata).not.toHaveProperty('ownerReferences');
  });

  it('takes many by a selector', () => {
    const { ask } = asking(testSeat());
    for (const [name, tier] of [
      ['a', 'x'],
      ['b', 'x'],
      ['c', 'y'],
    ])
      ask('POST', maps, { ...configMap(String(name)), metadata: { name, labels: { tier } } });
    expect(ask('DELETE', `${maps}?labelSelector=tier%3Dx`).body.items).toHaveLength(2);
    expect(ask('GET', maps).body.items).toHaveLength(1);
  });
});

describe('keeping', () => {
  it('a restarted cluster goes on counting, also after a deletion', () => {
    const seat = testSeat();
    const first = asking(seat);
    const made = first.ask('POST', `${NAMESPACE}/configmaps`, configMap('a'));
    const gone = first.ask('DELETE', `${NAMESPACE}/configmaps/a`);
    expect([made.status, gone.status]).toEqual([201, 200]);
    const last = seat.kept.at(-1);
    const deleted = last?.op === 'delete' ? Number(last.resourceVersion) : 0;
    expect(deleted).toBeGreaterThan(Number(made.body.metadata.resourceVersion));
    const again = asking({ ...testSeat(), lastVersion: deleted });
    const next = again.ask('POST', `${NAMESPACE}/configmaps`, configMap('b'));
    expect(Number(next.body.metadata.resourceVersion)).toBeGreaterThan(deleted);
  });

  it('refuses a write that cannot be kept, and has not done it', () => {
    const seat = testSeat();
    const { ask, store } = asking({
      ...seat,
      keep: () => {
        throw new Error('disk full');
      },
    });
    const before = store.version();
    const got = ask('POST', maps, configMap('a'));
    expect(got.status).toBe(500);
    expect(JSON.stringify(got.body)).not.toContain('disk full');
    expect(store.version()).toBe(before);
    expect(ask('GET', `${maps}/a`).status).toBe(404);
  });

  it('goes on counting above the objects that it starts with', () => {
    const kept = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'x', uid: 'u-1', resourceVersion: '4000', creationTimestamp: '2025-01-01T00:00:00Z' },
    };
    const { ask } = asking(testSeat({}, [kept]));
    const got = ask('GET', '/api/v1/namespaces/x/configmaps/a').body;
    expect(got.metadata).toMatchObject({ uid: 'u-1', creationTimestamp: '2025-01-01T00:00:00Z' });
    expect(Number(got.metadata.resourceVersion)).toBeGreaterThan(4000);
    expect(ask('GET', '/api/v1/namespaces/x').status).toBe(200);
  });
});
