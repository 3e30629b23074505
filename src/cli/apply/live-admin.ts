import type { LiveAdmin, Plan } from '../../grants/index.ts';
import type { Io } from '../context.ts';
import type { LiveFile, LiveReading } from '../grants/live.ts';
import { describedIn, doorsInto } from './doors.ts';
import { clockOf, regionIn } from './run.ts';

/** Makes a plan; `admins` is what clusters said of whoever runs it. */
export type Planner<P extends Plan | undefined> = (reading: LiveReading, admins: readonly LiveAdmin[]) => P;

/**
 * A plan, and where it would be refused for want of an administrator, the plan again with what the cluster itself answers: whether
 * whoever runs it may do everything there now (SelfSubjectAccessReview, which every authenticated user may ask). A cluster that does
 * not answer says nothing.
 */
export async function planWithAdmins<P extends Plan | undefined>(
  plan: Planner<P>,
  reading: LiveReading,
  live: LiveFile,
  io: Io,
): Promise<{ readonly plan: P; readonly admins: readonly LiveAdmin[] }> {
  const first = plan(reading, []);
  const asked = new Set(first?.lockOuts.filter(({ who }) => who !== 'node-role').map(({ clusterArn }) => clusterArn));
  if (asked.size === 0) return { plan: first, admins: [] };
  const admins = (await Promise.all([...asked].map((arn) => askAdmin(arn, reading, live, io)))).flat();
  return admins.length === 0 ? { plan: first, admins } : { plan: plan(reading, admins), admins };
}

async function askAdmin(
  clusterArn: string,
  { collection }: LiveReading,
  { request, enter }: LiveFile,
  io: Io,
): Promise<readonly LiveAdmin[]> {
  const account = clusterArn.split(':')[4];
  const caller = collection.as.find((arn) => arn.split(':')[4] === account);
  if (caller === undefined) return [];
  const apply = await import('../../edge/apply/index.ts');
  const send = apply
    .openAdmins({
      ...{ doors: doorsInto(describedIn(collection.files), enter, io), clock: clockOf(io), wire: (_, call) => call() },
      onWait: () => {},
      regionOf: regionIn(request.clusters),
    })
    .kube(clusterArn);
  const ask = async (group: string, kind: string, spec?: unknown): Promise<unknown> => {
    const apiVersion = `${group}/v1`;
    const body = { apiVersion, kind, ...(spec === undefined ? {} : { spec }) };
    try {
      return await send({ method: 'POST', path: `/apis/${apiVersion}/${kind.toLowerCase()}s`, body });
    } catch {
      return undefined;
    }
  };
  const everything = { resourceAttributes: { verb: '*', group: '*', resource: '*' } };
  const may = await ask('authorization.k8s.io', 'SelfSubjectAccessReview', everything);
  if (at(may, 'status', 'allowed') !== true) return [];
  const self = await ask('authentication.k8s.io', 'SelfSubjectReview');
  const groups = at(self, 'status', 'userInfo', 'groups');
  return [{ clusterArn, caller, isMaster: Array.isArray(groups) && groups.includes('system:masters') }];
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}
