import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attributesOf,
  type KnownResource,
  requestInfo,
  resolveResource,
  WELL_KNOWN_RESOURCES,
} from '../../src/rules/rbac/index.ts';

describe('a resource word', () => {
  it.each([
    ['deploy', 'deployments', 'apps'],
    ['deployments', 'deployments', 'apps'],
    ['Deployment', 'deployments', 'apps'],
    ['deployments.apps', 'deployments', 'apps'],
    ['deployments.v1.apps', 'deployments', 'apps'],
    ['deploy.apps', 'deployments', 'apps'],
    ['po', 'pods', ''],
    ['pods', 'pods', ''],
    ['pods.metrics.k8s.io', 'pods', 'metrics.k8s.io'],
    ['events', 'events', ''],
    ['ev.events.k8s.io', 'events', 'events.k8s.io'],
    ['ing', 'ingresses', 'networking.k8s.io'],
    ['ns', 'namespaces', ''],
    ['crd', 'customresourcedefinitions', 'apiextensions.k8s.io'],
    ['users', 'users', ''],
    ['*', '*', '*'],
  ])('%s means %s of "%s"', (word, resource, apiGroup) => {
    expect(resolveResource(word)).toMatchObject({ resource, apiGroup, known: true });
  });

  it('may carry a subresource', () => {
    expect(resolveResource('deployments.apps/scale')).toEqual({
      apiGroup: 'apps',
      resource: 'deployments',
      subresource: 'scale',
      namespaced: true,
      known: true,
    });
  });

  it.each([
    ['widgets.example.io', 'widgets', 'example.io'],
    ['widgets.v1beta1.example.io', 'widgets', 'example.io'],
    ['ingresses.extensions', 'ingresses', 'extensions'],
  ])('passes %s as it is', (word, resource, apiGroup) => {
    expect(resolveResource(word)).toEqual({ resource, apiGroup, namespaced: undefined, known: false });
  });

  it.each([
    ['deploymnet', ['deployments']],
    ['secert', ['secrets']],
    ['podz', ['pods']],
    ['qwertyuiop', []],
    ['', []],
    ['pods/', []],
    ['.apps', []],
    ['pods..apps', ['pods']],
  ])('is refused as %s, with %j', (word, suggestions) => {
    expect(resolveResource(word)).toMatchObject({ error: expect.stringContaining(word), suggestions });
  });

  it('may be one that only this cluster has', () => {
    const widget: KnownResource = {
      apiGroup: 'example.io',
      resource: 'widgets',
      singular: 'widget',
      shortNames: ['wd', 'po'],
      namespaced: false,
      subresources: [],
    };
    expect(resolveResource('wd', [widget])).toEqual({
      apiGroup: 'example.io',
      resource: 'widgets',
      namespaced: false,
      known: true,
    });
    expect(resolveResource('po', [widget])).toMatchObject({ resource: 'pods' });
  });

  it('finds every well-known resource by its name and group', () => {
    for (const { apiGroup, resource, singular, namespaced } of WELL_KNOWN_RESOURCES) {
      const word = apiGroup === '' ? resource : `${resource}.${apiGroup}`;
      expect(resolveResource(word)).toEqual({ apiGroup, resource, namespaced, known: true });
      expect(singular).not.toBe('');
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (word) => {
        expect(Object.keys(resolveResource(word)).length).toBeGreaterThan(1);
      }),
    );
  });
});

describe('a request in words', () => {
  it.each([
    [
      { verb: 'create', resource: 'deploy', namespace: 'x' },
      { verb: 'create', apiGroup: 'apps', resource: 'deployments', namespace: 'x' },
      [],
    ],
    [
      { verb: 'get', resource: 'ns', name: 'dev' },
      { verb: 'get', apiGroup: '', resource: 'namespaces', name: 'dev', namespace: 'dev' },
      [],
    ],
    [
      { verb: 'list', resource: 'ns', namespace: 'x' },
      { verb: 'list', apiGroup: '', resource: 'namespaces' },
      ['namespaces are in no namespace'],
    ],
    [
      { verb: 'get', resource: 'no', name: 'n', namespace: 'x' },
      { verb: 'get', apiGroup: '', resource: 'nodes', name: 'n' },
      ['nodes are in no namespace'],
    ],
    [
      { verb: 'get', resource: 'po/log', name: 'a', namespace: 'x' },
      { verb: 'get', apiGroup: '', resource: 'pods', subresource: 'log', name: 'a', namespace: 'x' },
      [],
    ],
    [
      { verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'x' },
      { verb: 'create', apiGroup: '', resource: 'pods', subresource: 'exec', namespace: 'x' },
      [],
    ],
    [{ verb: 'get', resource: '/metrics', namespace: 'x' }, { verb: 'get', path: '/metrics' }, []],
    [{ verb: 'list', resource: '/metrics' }, { verb: 'list', path: '/metrics' }, ['"list" is not a known verb']],
    [{ verb: 'gte', resource: 'pods' }, { verb: 'gte', apiGroup: '', resource: 'pods' }, ['"gte" is not a known verb']],
    [
      { verb: 'get', resource: 'widgets.example.io', namespace: 'x' },
      { verb: 'get', apiGroup: 'example.io', resource: 'widgets', namespace: 'x' },
      ['widgets.example.io is not a resource of Kubernetes itself'],
    ],
  ])('%j', (words, attributes, remarks) => {
    expect(attributesOf(words)).toEqual({ attributes, remarks });
  });

  it('is refused with suggestions', () => {
    expect(attributesOf({ verb: 'get', resource: 'secert' })).toMatchObject({ suggestions: ['secrets'] });
  });
});

describe('an HTTP request', () => {
  const pods = { apiGroup: '', resource: 'pods', namespace: 'n' };
  it.each<[string, string, Record<string, string | readonly string[]>, unknown]>([
    ['GET', '/api/v1/namespaces/n/pods', {}, { verb: 'list', ...pods }],
    ['GET', '/api/v1/namespaces/n/pods/', {}, { verb: 'list', ...pods }],
    ['GET', '/api/v1/namespaces/n/pods', { watch: 'true' }, { verb: 'watch', ...pods }],
    ['GET', '/api/v1/namespaces/n/pods', { watch: '' }, { verb: 'watch', ...pods }],
    ['GET', '/api/v1/namespaces/n/pods', { watch: ['0', 'true'] }, { verb: 'list', ...pods }],
    ['GET', '/api/v1/namespaces/n/pods', { watch: 'False' }, { verb: 'list', ...pods }],
    ['HEAD', '/api/v1/namespaces/n/pods/a', {}, { verb: 'get', ...pods, name: 'a' }],
    ['POST', '/api/v1/namespaces/n/pods', {}, { verb: 'create', ...pods }],
    ['PUT', '/api/v1/namespaces/n/pods/a/status', {}, { verb: 'update', ...pods, name: 'a', subresource: 'status' }],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/n/deployments/a/scale',
      {},
      { verb: 'patch', apiGroup: 'apps', resource: 'deployments', namespace: 'n', name: 'a', subresource: 'scale' },
    ],
    ['DELETE', '/api/v1/namespaces/n/pods/a', {}, { verb: 'delete', ...pods, name: 'a' }],
    ['DELETE', '/api/v1/namespaces/n/pods', {}, { verb: 'deletecollection', ...pods }],
    ['DELETE', '/api/v1/namespaces/n/pods', { fieldSelector: 'metadata.name=a' }, { verb: 'deletecollection', ...pods }],
    ['POST', '/api/v1/namespaces/n/pods/a/exec', { command: 'ls' }, { verb: 'create', ...pods, name: 'a', subresource: 'exec' }],
    ['GET', '/api/v1/namespaces/n/pods/a/proxy/x/y', {}, { verb: 'get', ...pods, name: 'a', subresource: 'proxy' }],
    ['GET', '/api/v1/nodes', {}, { verb: 'list', apiGroup: '', resource: 'nodes' }],
    ['GET', '/api/v1/namespaces', {}, { verb: 'list', apiGroup: '', resource: 'namespaces' }],
    ['GET', '/api/v1/namespaces/n', {}, { verb: 'get', apiGroup: '', resource: 'namespaces', name: 'n', namespace: 'n' }],
    [
      'PUT',
      '/api/v1/namespaces/n/finalize',
      {},
      { verb: 'update', apiGroup: '', resource: 'namespaces', name: 'n', namespace: 'n', subresource: 'finalize' },
    ],
    ['OPTIONS', '/api/v1/namespaces/n/pods', {}, { verb: '', ...pods }],
    ['GET', '/api/v1/watch/namespaces/n/pods', {}, { verb: 'watch', ...pods }],
    ['GET', '/api/v1/proxy/namespaces/n/pods/a/x', {}, { verb: 'proxy', ...pods, name: 'a' }],
    ['GET', '/api/v1/watch', {}, undefined],
    ['GET', '/api/v1', {}, { verb: 'get', path: '/api/v1' }],
    ['GET', '/apis/apps/v1', {}, { verb: 'get', path: '/apis/apps/v1' }],
    ['GET', '/apis', {}, { verb: 'get', path: '/apis' }],
    ['POST', '/metrics/x/y/z', {}, { verb: 'post', path: '/metrics/x/y/z' }],
    ['GET', '/', {}, { verb: 'get', path: '/' }],
  ])('%s %s %j', (method, path, query, expected) => {
    expect(requestInfo(method, path, query)).toEqual(expected);
  });

  it.each([
    ['metadata.name=a', 'a'],
    ['metadata.name==a', 'a'],
    ['spec.nodeName=x,metadata.name=a', 'a'],
    ['metadata.name!=a', undefined],
    ['metadata.name=a/b', undefined],
    ['metadata.name=..', undefined],
    ['metadata.name', undefined],
    ['metadata.name=a,broken', undefined],
    ['metadata.name=a\\,b', 'a,b'],
    ['metadata.name=a\\b', undefined],
    ['metadata.name=', undefined],
    ['', undefined],
  ])('has a name by the field selector %s: %s', (fieldSelector, name) => {
    const common = { apiGroup: '', resource: 'secrets', namespace: 'n', ...(name === undefined ? {} : { name }) };
    expect(requestInfo('GET', '/api/v1/namespaces/n/secrets', { fieldSelector })).toEqual({ verb: 'list', ...common });
    expect(requestInfo('GET', '/api/v1/namespaces/n/secrets', { fieldSelector, watch: '1' })).toEqual({
      verb: 'watch',
      ...common,
    });
  });

  it('has no name when the options do not parse, but may watch', () => {
    const query = { fieldSelector: 'metadata.name=a', limit: 'many', watch: '1' };
    expect(requestInfo('GET', '/api/v1/secrets', query)).toEqual({ verb: 'watch', apiGroup: '', resource: 'secrets' });
  });
});
