import { type Answer, type Call, json, plain } from './call.ts';
import { aggregatedDiscovery, plainDiscovery } from './discovery.ts';
import { wantedDiscovery } from './negotiate.ts';
import { openApi } from './openapi.ts';
import { methodNotAllowed } from './status.ts';

/** What the paths that are no resources need to know of the cluster. */
export interface Server {
  /** `1.33`, or longer. */
  readonly version: string;
  /** `https://127.0.0.1:43121` */
  readonly endpoint: string;
}

/** Answers a path that is no resource; undefined where there is nothing. */
export function answerPath(call: Call, server: Server): Answer | undefined {
  const answer = read(call, server);
  if (answer !== undefined && call.method !== 'GET' && call.method !== 'HEAD') throw methodNotAllowed();
  return answer;
}

function read(call: Call, server: Server): Answer | undefined {
  const { path } = call;
  if (/^\/(healthz|livez|readyz)(\/.*)?$/.test(path)) return plain(200, 'ok');
  if (/^\/version\/?$/.test(path)) return json(200, versionOf(server.version));
  if (path === '/') return json(200, { paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'] });
  if (path.startsWith('/openapi/')) return openApi(path);
  const form = wantedDiscovery(call.headers['accept']);
  const aggregated = form === 'plain' ? undefined : aggregatedDiscovery(path, form);
  if (aggregated !== undefined) return aggregated;
  const discovered = plainDiscovery(path, new URL(server.endpoint).host);
  return discovered === undefined ? undefined : json(200, discovered);
}

/** `/version`: the cluster's version; its other fields say that this is the lab. */
function versionOf(version: string): unknown {
  const [, minor = '32', patch = '0'] = /^v?1\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return {
    major: '1',
    minor,
    gitVersion: `v1.${minor}.${patch}-causeway-lab`,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'node',
    platform: 'causeway/lab',
  };
}
