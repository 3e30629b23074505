import {
  type CallerIdentity,
  callerIdentity,
  makeToken,
  proxyFor,
  type Resolved,
  resolveCredentials,
} from '../../edge/credentials/index.ts';
import type { SelfSubject } from '../../edge/kube/index.ts';
import { canonicalArn } from '../../rules/arn/index.ts';
import type { Io } from '../context.ts';
import { readCredentialFlags } from '../credential-flags.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { orCliError } from '../kubeconfig/around.ts';
import { parseFormat } from '../output/format.ts';
import type { WhoamiLiveOutput } from '../output/whoami.ts';
import { styleFor } from '../print/style.ts';
import { printLive } from '../print/whoami-live.ts';
import { surroundings } from '../surroundings.ts';
import { writeData } from '../write.ts';
import { clusterTarget, contextTarget, type Target } from './target.ts';

/** What AWS, and where a cluster was named Kubernetes, say about the caller. */
export interface Live {
  readonly identity: CallerIdentity;
  /** The ARN that access entries and aws-auth are compared with. */
  readonly canonical: string;
  readonly resolved: Resolved;
  readonly kubernetes?: {
    readonly cluster: string;
    readonly answer: SelfSubject | { readonly error: string };
  };
}

const OWN = { '--context': 'value', '--kubeconfig': 'value', '-o': 'value', '--output': 'value' } as const;

/** `causeway whoami` without --as: asks STS, and with --cluster or --context the cluster, who we are. Gives the exit code. */
export async function whoamiLive(words: readonly string[], io: Io): Promise<Exit> {
  const flags = readCredentialFlags(words, OWN);
  if ('error' in flags) throw usage(flags.error, ...(flags.hint === undefined ? [] : [flags.hint]));
  const [extra] = flags.words;
  if (extra !== undefined)
    throw usage(`"${extra}" is one word too many`, '--cluster or --context names the cluster, --as a principal');
  const text = (flag: keyof typeof OWN): string | undefined =>
    typeof flags.own[flag] === 'string' ? flags.own[flag] : undefined;
  const format = parseFormat(text('-o') ?? text('--output') ?? 'text');
  const name = text('--context');
  if (name !== undefined && (flags.cluster !== undefined || flags.profile !== undefined || flags.roles.length > 0))
    throw usage('--context says the cluster, the profile and the roles: leave the other flags out');
  const context = name === undefined ? undefined : contextTarget(name, text('--kubeconfig'), io);
  const { profile, region, roles } = flags;
  const request = context?.request ?? {
    roles,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  };
  const around = surroundings(io);
  const live = await orCliError(async (): Promise<Live> => {
    const resolved = await resolveCredentials(request, around);
    const identity = await callerIdentity(resolved, around);
    const target =
      context?.target ??
      (flags.cluster === undefined ? undefined : await clusterTarget(flags, text('--kubeconfig'), resolved, io));
    const canonical = canonicalArn(identity.arn);
    const known = { identity, resolved, canonical: 'error' in canonical ? identity.arn : canonical.arn };
    if (target === undefined) return known;
    const cluster = 'error' in target ? (flags.cluster?.arn ?? flags.cluster?.name ?? '') : target.cluster;
    if ('error' in target) return { ...known, kubernetes: { cluster, answer: target } };
    const { token } = await makeToken(target.id, request, around);
    return { ...known, kubernetes: { cluster, answer: await ask(target, token, io) } };
  });
  const exit = exitOf(live);
  if (format === 'text') io.stdout.write(printLive(live, styleFor(io)));
  else await writeData(io.stdout, format, dataOf(live, exit));
  return exit;
}

async function ask(target: Target, token: string, io: Io): Promise<SelfSubject> {
  const { selfSubject } = await import('../../edge/kube/index.ts');
  const { server, ca, tlsServerName, proxyUrl = proxyFor(server, io.env) } = target;
  return selfSubject({
    server,
    token,
    ...(ca === undefined ? {} : { ca }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  });
}

/** 401 is a no; whatever else keeps the cluster from answering leaves it open. */
function exitOf({ kubernetes }: Live): Exit {
  if (kubernetes === undefined || 'username' in kubernetes.answer) return EXIT.yes;
  return 'failure' in kubernetes.answer && kubernetes.answer.failure.status === 401 ? EXIT.no : EXIT.unsettled;
}

function dataOf({ identity, canonical, resolved, kubernetes }: Live, exitCode: Exit): WhoamiLiveOutput {
  const { source, profile, region, expires, hops } = resolved;
  return {
    apiVersion: 'causeway.dev/v1alpha1',
    kind: 'WhoamiLiveAnswer',
    caller: identity.arn,
    account: identity.account,
    userId: identity.userId,
    canonical,
    source,
    ...(profile === undefined ? {} : { profile }),
    region,
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    hops: hops.map(({ role, by, how, session }) => ({ role, by, how, session })),
    ...(kubernetes === undefined ? {} : { kubernetes: kubernetesData(kubernetes) }),
    exitCode,
  };
}

function kubernetesData({ cluster, answer }: NonNullable<Live['kubernetes']>): NonNullable<WhoamiLiveOutput['kubernetes']> {
  if ('username' in answer) {
    const { username, groups, uid } = answer;
    return { cluster, result: 'known', username, groups: [...groups], ...(uid === undefined ? {} : { uid }) };
  }
  if ('error' in answer) return { cluster, result: 'unknown', reason: answer.error };
  const { status, message } = answer.failure;
  return { cluster, result: status === 401 ? 'unauthorized' : 'unknown', reason: message };
}
