import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beside } from '../clients/beside.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What the lab's part of the demo says, whenever and wherever it runs. */
const LIVE = `
AccountB, as ci-runner, which becomes ci-deploys-my-app of AccountA:
  ✔ deploys web to my-app-ns
  ✖ deploys web to kube-system
      deployments.apps is forbidden: User "arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/build-7" cannot create resource "deployments" in API group "apps" in the namespace "kube-system"
AccountC, as SecurityAudit, which becomes security-audits:
  ✔ reads the deployments of my-app-ns
  ✖ reads the Secrets of my-app-ns
      secrets is forbidden: User "arn:aws:sts::111111111111:assumed-role/security-audits/carol" cannot list resource "secrets" in API group "" in the namespace "my-app-ns"

Why, says causeway lab log:

  200 sts GetCallerIdentity as arn:aws:sts::222222222222:assumed-role/ci-runner/lab
  200 sts AssumeRole as arn:aws:sts::222222222222:assumed-role/ci-runner/lab
     allowed: sts:AssumeRole on arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app is allowed by statement 1 of inline policy deploy-my-app and statement 1 of trust policy
  201 prod create deployments.apps -n my-app-ns as arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/build-7
     allowed: EKS Access Policy: allowed by arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy on the namespaces my-app-ns
  403 prod create deployments.apps -n kube-system as arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/build-7
     denied: no rule and no access policy allows it
  200 sts GetCallerIdentity as arn:aws:sts::333333333333:assumed-role/SecurityAudit/lab
  200 sts AssumeRole as arn:aws:sts::333333333333:assumed-role/SecurityAudit/lab
     allowed: sts:AssumeRole on arn:aws:iam::111111111111:role/causeway/platform-access/security-audits is allowed by statement 1 of inline policy audit-prod and statement 1 of trust policy
  200 prod list deployments.apps -n my-app-ns as arn:aws:sts::111111111111:assumed-role/security-audits/carol
     allowed: RBAC: allowed by ClusterRoleBinding "causeway:platform-access:security-audits" of ClusterRole "causeway:platform-access:audit" to Group "causeway:platform-access:security-audits"
  403 prod list secrets -n my-app-ns as arn:aws:sts::111111111111:assumed-role/security-audits/carol
     denied: no rule and no access policy allows it
`;

/** What comes of a grants file, and what is left of it. */
const GRANTS = `
AccountC, as SecurityAudit, which becomes the role that was made:
  ✔ lists the ConfigMaps of my-app-ns
  ✖ lists the Secrets of my-app-ns
      secrets is forbidden: User "arn:aws:sts::111111111111:assumed-role/auditor-reads-my-app/carol" cannot list resource "secrets" in API group "" in the namespace "my-app-ns"

The same command again:
  NOTHING TO DO: demo: 6 done

causeway revoke auditor-reads-my-app --yes
  DONE: demo: 6 of 6 steps are done, 6 were written

  ✖ lists the ConfigMaps of my-app-ns
      Unauthorized
`;

it('npm run demo: every answer is as expected, and the lab is shown live', async () => {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', NO_COLOR: '1', LANG: 'C.UTF-8' };
  const { code, out, err } = await beside(process.execPath, [join(ROOT, 'examples/demo.ts')], { cwd: ROOT, env });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^All \d+ lines are as expected/m);
  expect(out).toContain(LIVE);
  expect(out).toContain(GRANTS);
});
