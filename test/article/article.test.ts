import { afterAll, beforeAll, expect, it } from 'vitest';
import { ring } from '../clients/client.ts';
import { kubectls } from '../clients/kubectls.ts';
import { CLUSTER_STEPS, LOGGED, NO_STEP } from './cluster-steps.ts';
import { A, B, C, type Desks, follow, logged, openDesks, people, role } from './desks.ts';
import { trust } from './documents.ts';
import { IAM_STEPS } from './iam-steps.ts';
import { ACCESS_ENTRIES, AWS_AUTH, byVersion, DIRECTLY, ROLES } from './right-steps.ts';
import { BEFORE, token } from './words.ts';

/** Some hundred processes are started, maybe on a busy machine. */
const LONG = 600_000;

const ADMINISTRATORS = { a: `${A}/admin`, 'b-admin': `${B}/admin`, c: `${C}/admin` };

it('each of the 26 faults shows at a step, or is said to show at none', () => {
  const shown = [...IAM_STEPS, ...CLUSTER_STEPS].flatMap(({ faults = [] }) => faults);
  const all = [...new Set([...shown, ...Object.keys(NO_STEP).map(Number)])].sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
});

ring('aws', ['--version'], () => {
  ring('kubectl', ['version', '--client'], () => {
    const open: Desks[] = [];
    let written: Desks;
    let right: Desks;
    beforeAll(async () => {
      for (let i = 0; i < 2; i++) open.push(await openDesks());
      [written, right] = open as [Desks, Desks];
    });
    afterAll(async () => {
      for (const desks of open) await desks.close();
    });

    // Each waits for programs most of the time, so they go side by side.
    it.concurrent('the article, followed word by word, fails where it is wrong', { timeout: LONG }, async () => {
      await role(written, A, { name: 'operators', trust: trust(`arn:aws:iam::${A}:root`) });
      await people(written, { ...ADMINISTRATORS, operators: `${A}/operators` });
      // The address of the cluster is no secret; who asks is in the token.
      for (const name of ['operators', 'b-other']) written.desk(name).set('KUBECONFIG', '../a/.kube/config');
      await follow(written, [...BEFORE, token('operators'), ...IAM_STEPS, ...CLUSTER_STEPS]);
      const reasons = await logged(written);
      for (const why of LOGGED) expect(reasons).toEqual(expect.arrayContaining([expect.stringContaining(why)]));
    });

    it.concurrent('put right it works: by aws-auth, by access entries, and directly across accounts', {
      timeout: LONG,
    }, async () => {
      for (const { account, ...made } of ROLES) await role(right, account, made);
      await people(right, { ...ADMINISTRATORS, ci: `${B}/ci-runner`, audit: `${C}/SecurityAudit` });
      const versions = kubectls().flatMap(byVersion);
      await follow(right, [...AWS_AUTH, ...ACCESS_ENTRIES, ...DIRECTLY, ...versions]);
    });
  });
});
