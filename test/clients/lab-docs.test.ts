import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../loopback/free-port.ts';
import { ring } from './client.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The first lines for a shell below a heading of docs/lab.md. */
function linesBelow(heading: string): string {
  const page = readFileSync(join(ROOT, 'docs/lab.md'), 'utf8');
  return /```sh\n([\s\S]*?)```/.exec(page.slice(page.indexOf(heading)))?.[1] ?? '';
}

/** Runs lines in a fresh shell, and ends whatever they left running. */
async function paste(
  shell: string,
  lines: string,
  home: string,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const port = await freePort();
  // The command of a clone; only the port is another, since somebody may have a lab at the usual one.
  const command = `#!/bin/sh\n[ "$*" = lab ] && set -- lab --port ${port}\nexec "${process.execPath}" "${ROOT}/tools/causeway.ts" "$@"\n`;
  writeFileSync(join(home, 'causeway'), command, { mode: 0o755 });
  const file = join(home, 'said');
  const output = openSync(file, 'w');
  const child = spawn(shell, ['-c', lines], {
    cwd: home,
    env: { PATH: `${home}${delimiter}${process.env['PATH'] ?? ''}`, HOME: home, CAUSEWAY_LAB: `http://127.0.0.1:${port}` },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return { code, said: readFileSync(file, 'utf8') };
  } finally {
    endGroup(child.pid);
  }
}

/** Ends what runs in the group of a shell that has ended: the lab. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {
    // Nothing was left.
  }
}

ring('aws', ['--version'], () => {
  ring('kubectl', ['version', '--client'], () => {
    let home: string;
    beforeEach(() => {
      home = mkdtempSync(join(tmpdir(), 'causeway-docs-'));
    });
    afterEach(() => rmSync(home, { recursive: true, force: true }));

    const lines = linesBelow('## From nothing to `kubectl get pods`');

    it('the first lines of docs/lab.md are five', () => {
      expect(lines.trim().split('\n')).toHaveLength(5);
    });

    it('pasted into a fresh bash they lead to pods', { timeout: 300_000 }, async () => {
      const { code, said } = await paste('bash', lines, home);
      expect(said).toContain('No resources found in my-app-ns namespace.');
      expect(code).toBe(0);
    });

    it('pasted into a fresh sh, too, and the next ones do what is said beside them', { timeout: 300_000 }, async () => {
      const next = linesBelow('What to try next:').replace(/^fg .*$/m, '');
      const { code, said } = await paste('sh', `${lines}${next}`, home);
      expect(said).toContain('No resources found in my-app-ns namespace.');
      expect(said).toContain('deployment.apps/web created');
      expect(said).toContain('pods is forbidden');
      expect(said).toMatch(/200 sts AssumeRole as arn:aws:sts::222222222222:assumed-role\/ci-runner\/lab/);
      expect(code).toBe(0);
    });
  });
});
