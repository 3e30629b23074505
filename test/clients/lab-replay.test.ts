import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { beside, labBeside, type Variables } from './beside.ts';
import { ring } from './client.ts';

const LONG = 300_000;

async function run(program: string, args: readonly string[], env: Variables): Promise<string> {
  const { out, err } = await beside(program, args, { env });
  return `${out}${err}`;
}

ring('aws', ['--version'], () => {
  const { shell } = labBeside({ inventory: fileURLToPath(new URL('../../examples/organisation/', import.meta.url)) });

  it('update-kubeconfig of a replayed cluster leads kubectl to the lab', { timeout: LONG }, async () => {
    const admin = await shell('100000000005/AWSReservedSSO_PlatformAdmin_1111aaaa2222bbbb');
    expect(await run('aws', ['eks', 'update-kubeconfig', '--name', 'shop'], admin)).toContain(
      'arn:aws:eks:eu-west-1:100000000005:cluster/shop',
    );
    expect(await run('kubectl', ['get', 'namespaces', '-o', 'name'], admin)).toContain('namespace/shop');
    const deployer = await shell('arn:aws:iam::100000000005:role/deployer');
    expect(await run('kubectl', ['auth', 'can-i', 'patch', 'deployments', '-n', 'shop'], deployer)).toContain('yes');
    expect(await run('kubectl', ['get', 'secrets', '-n', 'shop'], deployer)).toContain('cannot list resource "secrets"');
  });

  it('an account of another partition works in its own region', { timeout: LONG }, async () => {
    const gov = await shell('200000000002/gov-deployer');
    expect(gov['AWS_DEFAULT_REGION']).toBe('us-gov-west-1');
    expect(await run('aws', ['sts', 'get-caller-identity'], gov)).toContain('arn:aws-us-gov:sts::200000000002:assumed-role/');
  });
});
