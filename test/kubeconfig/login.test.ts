import { describe, expect, test } from 'vitest';
import { awsExec, type Login } from '../../src/kubeconfig/index.ts';

const cluster = { entry: 'e', id: 'prod', outpost: false, region: 'eu-west-1', server: 'https://x.example' };
const R = 'arn:aws:iam::111111111111:role/r';

// facts/eks.md §4.1.
describe('--exec aws writes what aws eks update-kubeconfig writes', () => {
  test.each<[Login, boolean, string, object]>([
    [{ roles: [] }, false, '--region eu-west-1 eks get-token --cluster-name prod --output json', {}],
    [{ roles: [{ role: R }] }, false, `--region eu-west-1 eks get-token --cluster-name prod --output json --role ${R}`, {}],
    [
      { roles: [], profile: 'p' },
      true,
      '--region eu-west-1 eks get-token --cluster-id prod --output json',
      { env: [{ name: 'AWS_PROFILE', value: 'p' }] },
    ],
  ])('%j', (login, outpost, args, more) =>
    expect(awsExec({ ...cluster, outpost }, login, [])).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'aws',
      args: args.split(' '),
      ...more,
    }),
  );

  test.each<[Login, string[], RegExp]>([
    [{ roles: [{ role: R }, { role: `${R}2` }] }, [], /assumes one role, and 2/],
    [{ roles: [{ role: R }] }, ['--external-id'], /has no --external-id/],
  ])('and refuses what it cannot say', (login, others, error) =>
    expect(awsExec(cluster, login, others)).toMatchObject({
      error: expect.stringMatching(error),
      hint: expect.stringMatching(/profile/),
    }),
  );
});
