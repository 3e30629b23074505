// A process that stands for AWS and for the API servers of an organisation: every answer comes after the same latency.
// Sends its parent the ports and the certificate of its authority; ends with it.
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCa } from '../test/loopback/certificates.ts';
import { type Double, entriesOf, pagesOf } from './collect-organisation.ts';

const { latency } = JSON.parse(process.argv[2] ?? '{}') as { readonly latency: number };
const ca = await makeCa();
let kubernetes = '';

const kube = createTlsServer(await ca.issue('127.0.0.1'), (request, response) => {
  request.resume();
  const isOne = request.url?.includes('aws-auth') === true;
  const metadata = { name: 'aws-auth', namespace: 'kube-system' };
  const body = JSON.stringify(isOne ? { kind: 'ConfigMap', metadata, data: {} } : { kind: 'List', metadata: {}, items: [] });
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), latency);
});

const aws = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { status = 200, body } = answer(request, Buffer.concat(chunks).toString());
    setTimeout(
      () => response.writeHead(status, { 'content-type': body.startsWith('<') ? 'text/xml' : 'application/json' }).end(body),
      latency,
    );
  });
});

function answer({ url = '', headers }: IncomingMessage, body: string): { readonly status?: number; readonly body: string } {
  const account = Number(/Credential=AKIA(\d+)\//.exec(headers.authorization ?? '')?.[1] ?? 0);
  if (headers['x-amz-target'] !== undefined)
    return { status: 400, body: JSON.stringify({ __type: 'AWSOrganizationsNotInUseException', message: 'none' }) };
  const form = new URLSearchParams(body);
  if (form.get('Action') === 'ListOpenIDConnectProviders')
    return { body: xml('ListOpenIDConnectProviders', '<OpenIDConnectProviderList/>') };
  if (form.get('Action') !== null) return { body: page(account, Number(form.get('Marker') ?? 0)) };
  return {
    body: JSON.stringify(eks(account, decodeURIComponent(url.split('?')[0] ?? ''), new URL(url, 'http://x').searchParams)),
  };
}

const xml = (action: string, inner: string): string =>
  `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${inner}</${action}Result></${action}Response>`;

const TRUST = encodeURIComponent(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  }),
);

function page(account: number, at: number): string {
  const roles = Array.from({ length: 200 }, (_, i) => {
    const name = `role-${at}-${i}`;
    const arn = `arn:aws:iam::${String(account).padStart(12, '0')}:role/${name}`;
    return `<member><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROA${at}${i}</RoleId><Arn>${arn}</Arn><AssumeRolePolicyDocument>${TRUST}</AssumeRolePolicyDocument></member>`;
  });
  const more = at + 1 < pagesOf(account);
  const end = more ? `<IsTruncated>true</IsTruncated><Marker>${at + 1}</Marker>` : '<IsTruncated>false</IsTruncated>';
  return xml('GetAccountAuthorizationDetails', `<RoleDetailList>${roles.join('')}</RoleDetailList>${end}`);
}

function eks(account: number, path: string, query: URLSearchParams): unknown {
  const [, , name = '', entries, ...rest] = path.split('/');
  if (entries === undefined) {
    const id = String(account).padStart(12, '0');
    const more = { endpoint: kubernetes, certificateAuthority: { data: Buffer.from(ca.cert).toString('base64') } };
    const arn = `arn:aws:eks:eu-west-1:${id}:cluster/${name}`;
    return { cluster: { name, arn, status: 'ACTIVE', accessConfig: { authenticationMode: 'API' }, ...more } };
  }
  if (rest.length === 0) {
    const from = Number(query.get('nextToken') ?? 0);
    const all = Array.from({ length: entriesOf(account) }, (_, i) => `arn:aws:iam::222222222222:role/r${i}`);
    const next = from + 100 < all.length ? { nextToken: String(from + 100) } : {};
    return { accessEntries: all.slice(from, from + 100), ...next };
  }
  const principalArn = path.slice(path.indexOf('access-entries/') + 15).replace(/\/access-policies$/, '');
  if (path.endsWith('/access-policies')) return { clusterName: name, principalArn, associatedAccessPolicies: [] };
  return { accessEntry: { clusterName: name, principalArn, kubernetesGroups: [], type: 'STANDARD', username: 'x' } };
}

const listen = (server: typeof aws | typeof kube): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
kubernetes = `https://127.0.0.1:${await listen(kube)}`;
const said: Double = { endpoint: `http://127.0.0.1:${await listen(aws)}` };
process.send?.(said);
process.on('disconnect', () => process.exit(0));
