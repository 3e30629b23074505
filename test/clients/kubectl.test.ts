import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ring } from './client.ts';

ring('kubectl', ['version', '--client'], (kubectl) => {
  it('writes an aws-auth ConfigMap whose data are texts, as the inventory reads them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-kubectl-'));
    try {
      const rows = '- rolearn: arn:aws:iam::222222222222:role/ci\n  username: "ci:{{SessionName}}"\n  groups:\n  - deployers\n';
      writeFileSync(join(folder, 'mapRoles'), rows);
      const printed = kubectl.run(
        ...['create', 'configmap', 'aws-auth', '-n', 'kube-system', `--from-file=${join(folder, 'mapRoles')}`],
        ...['--dry-run=client', '-o', 'yaml'],
      );
      const map: unknown = parse(printed);
      expect(map).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'aws-auth' }, data: { mapRoles: rows } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
