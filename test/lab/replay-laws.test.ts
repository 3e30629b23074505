import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canI } from '../../src/access/index.ts';
import { credentialsOf } from '../../src/edge/lab/credentials.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { type Attributes, requestInfo } from '../../src/rules/rbac/index.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { holds } from '../properties/runs.ts';
import { askingOf } from './kube/ask.ts';
import { askStatus, callers } from './kube/requests.ts';
import { NOW, query } from './make.ts';
import { ORIGIN, type Replayed, replayedFiles } from './replayed.ts';

const FOLDER = fileURLToPath(new URL('../../examples/organisation/', import.meta.url));
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /^(accounts|organizations)\/.*\.|^inventory/.test(path),
);
const TEXTS = Object.fromEntries(FILES.map((path) => [path, readFileSync(join(FOLDER, path), 'utf8')]));

/** What happens to a file on its way from the collector. */
const DAMAGE: Readonly<Record<string, (text: string) => string | undefined>> = {
  lost: () => undefined,
  empty: () => '',
  refused: () => 'An error occurred (AccessDenied) when calling the operation: no',
  undated: (text) => text.replaceAll(/"(CreateDate|RoleId|UserId|createdAt)":\s*"[^"]*",/g, ''),
  cut: (text) => text.slice(0, Math.floor(text.length / 2)),
  twice: (text) => `${text}\n${text}`,
  page: (text) => text.replace(/^\{/, '{ "IsTruncated": true, "Marker": "m", "NextToken": "n",'),
};

const damages = fc.array(fc.tuple(fc.constantFrom(...FILES), fc.constantFrom(...Object.keys(DAMAGE))), {
  minLength: 1,
  maxLength: 4,
});

const TARGETS = ['/api/v1/namespaces/shop/pods', '/api/v1/secrets', '/api'] as const;

function requestOf(target: string): Attributes {
  const request = requestInfo('GET', target, {});
  if (request === undefined) throw new Error(target);
  return request;
}

function decision(inventory: Inventory, query: Pick<Parameters<typeof canI>[1], 'cluster' | 'caller' | 'path' | 'request'>) {
  const answer = canI(inventory, { ...query, given: [], assume: [], now: NOW }, { remedy: false });
  return 'code' in answer ? undefined : answer;
}

function compareCluster({ lab, inventory, clusters }: Replayed, caller: string, at: number): void {
  const cluster = inventory.clusters[at % inventory.clusters.length];
  const api = cluster === undefined ? undefined : clusters.get(cluster.arn);
  const credentials = credentialsOf(lab, caller);
  if (cluster === undefined || api === undefined || 'error' in credentials) return;
  const endpoint = { url: ORIGIN, signingRegion: cluster.region };
  const token = eksToken({ cluster: cluster.name, credentials, endpoint, at: NOW });
  const { ask } = askingOf(api);
  for (const target of TARGETS) {
    const said = decision(inventory, {
      cluster,
      caller: { kind: 'aws', arn: caller },
      path: { kind: 'self' },
      request: requestOf(target),
    });
    const status = askStatus(ask, token, 'GET', target);
    const passed = status !== 401 && status !== 403;
    expect(passed, `${caller} ${target} on ${cluster.name}: ${said?.decision} ${status}`).toBe(said?.decision === 'allow');
  }
}

describe('whatever became of the files of an inventory', () => {
  it('the lab allows what can-i is sure of, and nothing else', { timeout: 300_000 }, () => {
    holds(
      30,
      fc.property(damages, fc.nat(), fc.nat(), (damaged, first, at) => {
        const texts: Record<string, string> = { ...TEXTS };
        for (const [file, how] of damaged) {
          const text = DAMAGE[how]?.(texts[file] ?? '');
          if (text === undefined) delete texts[file];
          else texts[file] = text;
        }
        const run = replayedFiles(texts);
        const everybody = callers(run.inventory);
        for (let i = 0; i < 6 && everybody.length > 0; i++) {
          const caller = everybody[(first + i * 7) % everybody.length] ?? '';
          compareCluster(run, caller, at + i);
          compareRole(run, caller, everybody[(first + i * 11) % everybody.length] ?? '');
        }
      }),
    );
  });
});

/** Becoming a role is never allowed where can-i denies or does not know. */
function compareRole({ lab, inventory }: Replayed, caller: string, session: string): void {
  const [, partition, , , account, resource = ''] = session.split(':');
  if (!resource.startsWith('assumed-role/')) return;
  const collected = inventory.accounts.get(account ?? '')?.iam();
  const name = resource.split('/')[1] ?? '';
  const role =
    collected?.state === 'collected' ? collected.value.role(name)?.arn : `arn:${partition}:iam::${account}:role/${name}`;
  const [cluster] = inventory.clusters;
  const credentials = credentialsOf(lab, caller);
  if (role === undefined || cluster === undefined || 'error' in credentials) return;
  const said = decision(inventory, {
    cluster,
    caller: { kind: 'aws', arn: caller },
    path: { kind: 'via', roles: [role] },
    request: requestOf('/api'),
  });
  const verdict = said?.hops.find(({ kind }) => kind === 'assume')?.verdict;
  const { status, body } = query(lab, credentials, 'sts', { Action: 'AssumeRole', RoleArn: role, RoleSessionName: 'law' });
  const told = `${caller} to ${role}: ${verdict} ${status} ${body.slice(0, 200)}`;
  if (verdict === 'allow') expect(status, told).toBe(200);
  if (verdict === 'deny' || verdict === 'unknown' || verdict === undefined) expect(status, told).toBe(403);
}
