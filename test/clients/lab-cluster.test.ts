import { expect, it } from 'vitest';
import { labBeside, outputOf } from './beside.ts';
import { ring } from './client.ts';

ring('aws', ['--version'], () => {
  const lab = labBeside();

  it('a cluster is made, waited for, used by kubectl and deleted', { timeout: 300_000 }, async () => {
    const env = await lab.shell('111111111111/admin');
    const aws = (...args: string[]) => outputOf('aws', args, { env });
    const trust = { Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await aws('iam', 'create-role', '--role-name', 'cluster', '--assume-role-policy-document', document);
    const parts = [
      ['--role-arn', 'arn:aws:iam::111111111111:role/cluster'],
      ['--resources-vpc-config', 'subnetIds=subnet-a,subnet-b'],
      ['--access-config', 'authenticationMode=API'],
    ];
    await aws('eks', 'create-cluster', '--name', 'new', ...parts.flat());
    await aws('eks', 'wait', 'cluster-active', '--name', 'new');
    await aws('eks', 'update-kubeconfig', '--name', 'new');
    expect(await outputOf('kubectl', ['get', 'namespaces', '-o', 'name'], { env })).toContain('namespace/kube-system');
    expect(await aws('eks', 'delete-cluster', '--name', 'new', '--query', 'cluster.status', '--output', 'text')).toBe(
      'DELETING\n',
    );
    await expect(aws('eks', 'describe-cluster', '--name', 'new')).rejects.toThrow('No cluster found for name: new.');
  });
});
