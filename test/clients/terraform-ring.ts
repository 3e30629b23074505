import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { ring } from './client.ts';

/**
 * A ring of tests around terraform and its AWS provider, which is never fetched: it has to be on this machine, where
 * CAUSEWAY_TERRAFORM_PLUGINS says or in one of the customary places.
 *
 * @param tests get the argument with which `terraform init` finds it
 */
export function terraformRing(tests: (pluginDir: string) => void): void {
  const folder = [
    process.env['CAUSEWAY_TERRAFORM_PLUGINS'] ?? '',
    process.env['TF_PLUGIN_CACHE_DIR'] ?? '',
    join(homedir(), '.terraform.d/plugins'),
    '/usr/local/share/terraform/plugins',
    '/opt/terraform/plugins',
    '/opt/tf-plugins',
  ].find((place) => place !== '' && existsSync(join(place, 'registry.terraform.io/hashicorp/aws')));
  if (folder === undefined && process.env['CI'] !== 'true') {
    describe.skip('with terraform (skipped: no folder with its AWS provider; CAUSEWAY_TERRAFORM_PLUGINS names one)', () => {
      it('is not there', () => undefined);
    });
  } else {
    ring('terraform', ['version'], () => tests(`-plugin-dir=${folder ?? 'absent'}`));
  }
}
