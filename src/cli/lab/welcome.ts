import { escapeForTerminal } from '../../base/index.ts';
import type { StartedFrom } from '../../edge/lab/index.ts';
import type { Io } from '../context.ts';
import { styleFor } from '../print/style.ts';
import { wrap } from '../print/wrap.ts';

/** A lab that has just started. */
interface Started {
  readonly endpoint: string;
  readonly from: StartedFrom;
  /** Whether the commands find it without being told where. */
  readonly usual: boolean;
  readonly bare: boolean;
  /** Folders as the user wrote them. */
  readonly inventory?: string;
  readonly state?: string;
}

/** What `causeway lab` says once it runs: where it is, what to type next, and what it started with. */
export function welcome(io: Pick<Io, 'stdout' | 'env'>, started: Started): string {
  const { paint, width } = styleFor(io);
  const { endpoint, usual } = started;
  const commands = [...(usual ? [] : [`export CAUSEWAY_LAB=${endpoint}`]), ...next(started)];
  return [
    `The lab runs at ${endpoint} until Ctrl-C. In another shell:`,
    '',
    ...commands.map((line) => `  ${paint('strong', line)}`),
    '',
    ...[...origin(started), 'causeway lab log shows every call and why it was answered so.'].flatMap((text) =>
      wrap(escapeForTerminal(text), width, ''),
    ),
    '',
  ].join('\n');
}

/** The lines that lead to a pod; docs/lab.md begins with the same. */
function next({ from, bare }: Started): readonly string[] {
  if (from.kind !== 'article') {
    return ['eval "$(causeway lab env --as ACCOUNT/NAME)"', 'aws sts get-caller-identity'];
  }
  if (bare) {
    return [
      'eval "$(causeway lab env --as 111111111111/admin)"',
      'causeway lab kubeconfig > lab.yaml',
      'kubectl --kubeconfig lab.yaml get namespaces',
    ];
  }
  return [
    'eval "$(causeway lab env --as 222222222222/ci-runner)"',
    'causeway lab kubeconfig --role-arn 111111111111/ci-deploys-my-app > lab.yaml',
    'kubectl --kubeconfig lab.yaml get pods -n my-app-ns',
  ];
}

function origin({ from, inventory = '', state }: Started): readonly string[] {
  switch (from.kind) {
    case 'article':
      return [
        "Accounts 111111111111, 222222222222, 333333333333 and 444444444444 (the organization's) have a user admin each; cluster prod (eu-west-1) is of 111111111111.",
        ...(state === undefined ? [] : [`${state} keeps everything from now on.`]),
      ];
    case 'inventory':
      return [
        `It replays ${inventory}: ${from.accounts} accounts, ${from.clusters} clusters. --as takes any user or role in it, also by ARN. What nobody collected is refused, and the refusal names it.`,
        ...(state === undefined ? [] : [`From now on ${state} is what counts, also at the next start.`]),
      ];
    case 'state':
      return [`It goes on from ${state ?? 'its state'}.${inventory === '' ? '' : ` ${inventory} was not read again.`}`];
  }
}
