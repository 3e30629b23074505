import { expect, it } from 'vitest';
import { beside, labBeside } from './beside.ts';
import { ring } from './client.ts';

ring('aws', ['--version'], () => {
  const lab = labBeside();

  /** Runs aws as somebody; gives what it printed, as JSON, or its complaint. */
  async function aws(who: string, ...args: readonly string[]): Promise<unknown> {
    const { out, err } = await beside('aws', [...args, '--output', 'json'], { env: await lab.shell(who) });
    return out.trim() === '' ? err : JSON.parse(out);
  }

  it('an SCP that the management account attaches binds a member at the next call', { timeout: 300_000 }, async () => {
    const [manager, member] = ['444444444444/admin', '111111111111/admin'];
    const own = (...args: readonly string[]) => aws(manager, 'organizations', ...args);
    expect(await own('list-accounts', '--max-items', '2')).toMatchObject({ Accounts: [{ Id: '111111111111' }, {}] });
    const unit = (await own('create-organizational-unit', '--parent-id', 'r-lab1', '--name', 'Workloads')) as {
      readonly OrganizationalUnit: { readonly Id: string };
    };
    const to = unit.OrganizationalUnit.Id;
    const where = ['--source-parent-id', 'r-lab1', '--destination-parent-id', to];
    expect(await own('move-account', '--account-id', '111111111111', ...where)).toBe('');
    const content = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'eks:*', Resource: '*' }] };
    const type = ['--type', 'SERVICE_CONTROL_POLICY', '--content', JSON.stringify(content)];
    const made = (await own('create-policy', '--name', 'NoClusters', '--description', 'none', ...type)) as {
      readonly Policy: { readonly PolicySummary: { readonly Id: string } };
    };
    expect(await aws(member, 'eks', 'list-clusters')).toEqual({ clusters: ['prod'] });
    const id = made.Policy.PolicySummary.Id;
    expect(await own('attach-policy', '--policy-id', id, '--target-id', to)).toBe('');
    expect(await aws(member, 'eks', 'list-clusters')).toContain('with an explicit deny in a service control policy');
    expect(await own('list-targets-for-policy', '--policy-id', id)).toMatchObject({
      Targets: [{ TargetId: to, Name: 'Workloads', Type: 'ORGANIZATIONAL_UNIT' }],
    });
    expect(await own('delete-policy', '--policy-id', id)).toContain('PolicyInUseException');
    expect(await aws(member, 'organizations', 'list-accounts')).toContain('AccessDeniedException');
    expect(await aws(member, 'organizations', 'describe-organization')).toMatchObject({
      Organization: { MasterAccountId: '444444444444' },
    });
  });
});
