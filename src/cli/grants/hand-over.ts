import { type GrantsFile, handOver, isExpired, type Plan, type Principal, type Step, type Wish } from '../../grants/index.ts';
import type { Cluster, Inventory } from '../../inventory/index.ts';
import {
  awsExec,
  type ClusterFacts,
  type ContextWish,
  causewayExec,
  type ExecSection,
  planContexts,
  readDescribedCluster,
} from '../../kubeconfig/index.ts';
import type { Io } from '../context.ts';
import { labelled } from '../error.ts';
import { absolute } from '../files.ts';
import { writeFolder } from '../lab/write.ts';

/** What a hand-over is made of. */
export interface HandOverSource {
  readonly plan: Plan;
  readonly file: GrantsFile;
  readonly inventory: Inventory;
  readonly readText: (file: string) => string | undefined;
}

/**
 * Writes what others have to do into a folder, one below it for each account, with a kubeconfig for whoever is let in from
 * there. Gives back the accounts. Throws a CliError where the folder is not new.
 *
 * @param shown the folder as the user wrote it
 */
export function writeHandOver(shown: string, source: HandOverSource, io: Io): readonly string[] {
  const { plan, file } = source;
  const steps = plan.steps.filter(({ state }) => state === 'other-owner');
  const accounts = [...new Set(steps.map(({ account }) => account))].sort();
  const now = io.now().getTime();
  const files = handOver(steps, { file: plan.file, kubeconfig: (account) => kubeconfigOf(account, source, now) });
  const expired = file.grants.filter((grant) => isExpired(grant, now) && accounts.some((account) => isOf(grant, account)));
  if (expired.length > 0) {
    const names = expired.map(({ name }) => name).join(', ');
    io.stderr.write(labelled('note', `expired, so no kubeconfig has a context for it: ${names}`));
  }
  if (files.length > 0) writeFolder(absolute(shown, io), shown, files);
  return accounts.map((id) => {
    const alias = file.accounts.find((account) => account.id === id)?.alias;
    return alias === undefined ? id : `${id} (${alias})`;
  });
}

/** The contexts of everybody of an account whom the file lets in as long as its grant lasts; undefined where there is nobody, or no cluster that was seen. */
function kubeconfigOf(account: string, { plan, file, inventory, readText }: HandOverSource, now: number): string | undefined {
  const wishes = file.grants
    .filter((grant) => isOf(grant, account) && !isExpired(grant, now))
    .flatMap((grant) =>
      grant.on.flatMap((on): ContextWish[] => {
        const cluster = inventory.clusters.find(({ arn }) => arn === on.arn);
        const facts = cluster === undefined ? undefined : factsOf(cluster, readText);
        return facts === undefined ? [] : [contextOf(grant, facts, plan.steps, `${on.name}-${grant.name}`)];
      }),
    );
  if (wishes.length === 0) return undefined;
  const made = planContexts([{ file: 'kubeconfig', text: undefined }], wishes, true);
  return 'error' in made ? undefined : made.files[0]?.after;
}

function isOf({ to }: Wish, account: string): boolean {
  return to.some((principal) => accountOf(principal) === account);
}

function contextOf(grant: Wish, cluster: ClusterFacts, steps: readonly Step[], alias: string): ContextWish {
  const role = grant.via === 'role' ? roleOf(grant.name, cluster.entry, steps) : undefined;
  const login = { roles: role === undefined ? [] : [{ role }] };
  return { cluster, login, exec: execOf(grant, cluster, role), replace: false, handedOver: true, alias, userAlias: alias };
}

/** The aws CLI can log in where nothing but a role is wanted; `causeway token` says the rest. */
function execOf({ require }: Wish, cluster: ClusterFacts, role: string | undefined): ExecSection {
  const { externalId } = require;
  if (role === undefined || externalId === undefined) {
    const exec = awsExec(cluster, { roles: role === undefined ? [] : [{ role }] }, []);
    if (!('error' in exec)) return exec;
  }
  const credentials = [
    ...(role === undefined ? [] : ['--role', role]),
    ...(externalId === undefined ? [] : ['--external-id', externalId]),
  ];
  return causewayExec(cluster, { command: 'causeway', credentials });
}

function roleOf(grant: string, clusterArn: string, steps: readonly Step[]): string | undefined {
  const account = clusterArn.split(':')[4];
  const step = steps.find((each) => each.grant === grant && each.resource.kind === 'role' && each.account === account);
  return step?.resource.kind === 'role' ? step.resource.arn : undefined;
}

function factsOf({ description }: Cluster, readText: HandOverSource['readText']): ClusterFacts | undefined {
  if (description.state !== 'collected') return undefined;
  try {
    const facts = readDescribedCluster(JSON.parse(readText(description.value.origin.file) ?? ''));
    return 'error' in facts ? undefined : facts;
  } catch {
    return undefined;
  }
}

function accountOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'role':
    case 'user':
      return principal.arn.split(':')[4];
    case 'sso':
      return principal.account;
    case 'podIdentity':
    case 'irsa':
      return principal.cluster.split(':')[4];
    case 'github':
      return undefined;
  }
}
