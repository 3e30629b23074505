import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { grouped, type Row } from './row.ts';

const GETS = 2000;
const OWN_TIME = 10;

/**
 * The Kubernetes API of a lab cluster over TLS, in a process of its own, asked from another on the same cores: authorized
 * GETs of one pod over 16 connections, and the processor time that one `kubectl get pods` with a cold cache costs the lab
 * (a new connection, both discovery documents, the list as a table).
 */
export function labKubeRows(): readonly Row[] {
  const load = fileURLToPath(new URL('./lab-kube-load.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [load], { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`exit ${status}: ${stderr.slice(-500)}`);
  const { perSecond, milliseconds } = JSON.parse(stdout) as { readonly perSecond: number; readonly milliseconds: number };
  return [
    {
      name: 'lab: authorized GETs of a pod over TLS',
      measured: `${grouped(perSecond)}/s`,
      target: `≥ ${grouped(GETS)}/s`,
      met: perSecond >= GETS,
    },
    {
      name: "lab's own time for one kubectl get pods",
      measured: `${milliseconds.toFixed(1)} ms`,
      target: `≤ ${OWN_TIME} ms`,
      met: milliseconds <= OWN_TIME,
    },
  ];
}
