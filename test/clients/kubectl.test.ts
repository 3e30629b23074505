import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Cluster, makeInventory } from '../../src/inventory/index.ts';
import { readAwsAuth } from '../../src/rules/eks/index.ts';
import { cli } from '../cli/run.ts';
import { ring } from './client.ts';

const FOLDER = 'accounts/100000000005/eks/eu-west-1/shop';
const EXAMPLE = new URL(`../../examples/organisation/${FOLDER}/kubernetes.yaml`, import.meta.url);

// No server is asked: --dry-run=client and --local only make and print objects.
ring('kubectl', ['version', '--client'], (kubectl) => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-kubectl-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const make = (...words: readonly string[]): string =>
    kubectl.runIn({ env: { KUBECONFIG: '/dev/null' } }, 'create', ...words, '--dry-run=client', '-o', 'yaml');
  const keep = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  /** The cluster whose dump is this text. */
  const clusterOf = (text: string): Cluster => {
    const source = { path: `${FOLDER}/kubernetes.yaml`, size: text.length, text: () => text };
    const [cluster] = makeInventory([source]).clusters;
    if (cluster === undefined) throw new Error('no cluster');
    return cluster;
  };

  it('writes an aws-auth ConfigMap whose data are texts, as the inventory reads them', () => {
    const rows = '- rolearn: arn:aws:iam::222222222222:role/ci\n  username: "ci:{{SessionName}}"\n  groups:\n  - deployers\n';
    const printed = make('configmap', 'aws-auth', '-n', 'kube-system', `--from-file=mapRoles=${keep('rows', rows)}`);
    const map: unknown = parse(printed);
    expect(map).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'aws-auth' }, data: { mapRoles: rows } });
  });

  it.each([
    ['CRLF', '- rolearn: arn:aws:iam::222222222222:role/ci\r\n  username: ci\r\n'],
    ['spaces at the ends of lines', '- rolearn: arn:aws:iam::222222222222:role/ci   \n  username: ci \n'],
    ['a byte order mark', '\ufeff- rolearn: arn:aws:iam::222222222222:role/ci\n  username: ci\n'],
    ['JSON', '[{"rolearn":"arn:aws:iam::222222222222:role/ci","username":"ci","groups":["a"]}]'],
  ])('aws-auth with %s comes through the way that kubectl prints it', (name, rows) => {
    const printed = make('configmap', 'aws-auth', '-n', 'kube-system', `--from-file=mapRoles=${keep(`rows-${name}`, rows)}`);
    const awsAuth = clusterOf(printed).awsAuth();
    if (awsAuth.state !== 'collected' || awsAuth.value === null) throw new Error('not read');
    expect(awsAuth.value.data).toEqual({ mapRoles: rows });
    expect(readAwsAuth(awsAuth.value.data).roles).toMatchObject([{ username: 'ci' }]);
  });

  it('bindings and roles that kubectl makes are judged', async () => {
    const made = [
      make('clusterrole', 'logs', '--verb=get', '--non-resource-url=/logs/*'),
      make('clusterrole', 'gathered', '--aggregation-rule=example.com/gather=true'),
      make('clusterrolebinding', 'logs', '--clusterrole=logs', '--user=ann', '--group=readers'),
      make('rolebinding', 'views', '-n', 'web', '--clusterrole=view', '--serviceaccount=ci:robot'),
    ];
    // kubectl asks a server what the resources of a Role are; without any Role in the dump that kind would be a gap.
    const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: none, namespace: web}\nrules: []\n';
    const file = keep('made.yaml', [...made, role].join('---\n'));
    const can = async (...words: readonly string[]): Promise<number> =>
      (await cli(['can-i', ...words, '--kubernetes', file])).exit;
    expect(await can('get', '/logs/kubelet.log', '--as', 'ann')).toBe(0);
    expect(await can('get', '/logs', '--as', 'ann')).toBe(1);
    expect(await can('get', '/logs/a', '--as', 'bob', '--as-group', 'readers')).toBe(0);
    expect(await can('get', 'pods', '-n', 'web', '--as', 'system:serviceaccount:ci:robot')).toBe(0);
    expect(await can('get', 'pods', '-n', 'ci', '--as', 'system:serviceaccount:ci:robot')).toBe(1);
  });

  it('a whole dump that kubectl prints again says the same', () => {
    const text = readFileSync(EXAMPLE, 'utf8');
    const objects = parse(text).items as readonly { readonly kind: string }[];
    const only = { apiVersion: 'v1', kind: 'List', items: objects.filter(({ kind }) => kind !== 'ConfigMap') };
    const rbac = keep('dump.json', JSON.stringify(only));
    const printed = kubectl.runIn(
      { env: { KUBECONFIG: '/dev/null' } },
      ...['annotate', '--local', '-f', rbac, 'printed=again', '-o', 'yaml'],
    );
    expect(parseAllDocuments(printed).length).toBeGreaterThan(1);
    const plain = (cluster: Cluster): unknown => {
      const read = cluster.rbac();
      if (read.state !== 'collected') throw new Error(JSON.stringify(read));
      const { roles, bindings } = read.value;
      return JSON.parse(
        JSON.stringify({ roles, bindings }, (key, value) => (key === 'origin' || key === 'annotations' ? undefined : value)),
      );
    };
    expect(plain(clusterOf(printed))).toEqual(plain(clusterOf(JSON.stringify(only))));
  });
});
