import { parseArn } from '../../rules/arn/index.ts';
import { loginInWords } from '../names.ts';
import { entriesOf, findEntry, textOf, tokenCommandOf } from '../view.ts';
import type { Finding, Patient } from './finding.ts';

interface Context {
  readonly name: string;
  readonly file: string;
  readonly index: number;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
}

function contextsIn({ files }: Patient): readonly Context[] {
  return files.flatMap(({ file, value }) =>
    entriesOf(value, 'contexts').map(({ name, index, body }) => ({
      name,
      file,
      index,
      cluster: textOf(body.cluster),
      user: textOf(body.user),
      namespace: textOf(body.namespace),
    })),
  );
}

/** Contexts that lead nowhere. Whether a cluster answers is not asked. */
export function findDead(patient: Patient): readonly Finding[] {
  const { files, complete } = patient;
  if (!complete) return [];
  const found = contextsIn(patient).flatMap(({ name, file, index, cluster, user }): Finding[] => {
    const missing = [
      ...(findEntry(files, 'clusters', cluster) === undefined ? [`cluster ${cluster || '""'}`] : []),
      ...(findEntry(files, 'users', user) === undefined ? [`user ${user || '""'}`] : []),
    ];
    if (missing.length === 0) return [];
    return [
      {
        id: 'dead-context',
        severity: 'error',
        text: `context ${name} names ${missing.join(' and ')}, and no entry of that name is there`,
        advice: 'take it out, or make it anew with causeway kubeconfig',
        file,
        path: ['contexts', index],
        contexts: [name],
        repair: [{ kind: 'remove', path: ['contexts', index] }],
      },
    ];
  });
  const first = files.find(({ value }) => textOf(value['current-context']) !== '');
  const current = textOf(first?.value['current-context']);
  if (first === undefined || findEntry(files, 'contexts', current) !== undefined) return found;
  return [
    ...found,
    {
      id: 'dead-current-context',
      severity: 'error',
      text: `the current context is ${current}, and no context has that name`,
      advice: 'kubectl config use-context NAME chooses another',
      file: first.file,
      path: ['current-context'],
      contexts: [current],
    },
  ];
}

/** User entries that several contexts mean differently. */
export function findShared(patient: Patient): readonly Finding[] {
  const byUser = new Map<string, Context[]>();
  for (const context of contextsIn(patient)) byUser.set(context.user, [...(byUser.get(context.user) ?? []), context]);
  return [...byUser].flatMap(([user, contexts]): Finding[] => {
    const token = tokenCommandOf(findEntry(patient.files, 'users', user)?.body ?? {});
    if (token === undefined) return [];
    const wrong = contexts.filter(({ cluster }) => isOther(cluster, token));
    const right = contexts.filter((context) => !wrong.includes(context));
    return [
      ...wrong.map(
        (context): Finding => ({
          id: 'token-of-other-cluster',
          severity: 'error',
          text: `context ${context.name} is for ${context.cluster}, and user ${user} ${loginInWords(token)}: the cluster refuses such a token`,
          advice: `causeway kubeconfig --cluster ${context.cluster} --alias ${context.name} --replace gives it a user of its own`,
          file: context.file,
          path: ['contexts', context.index],
          contexts: [context.name],
        }),
      ),
      ...sharedBy(right).map(
        ([first, ...others]): Finding => ({
          id: 'shared-user',
          severity: 'warning',
          text: `contexts ${[first, ...others].map((each) => each.name).join(', ')} share user ${user}, which ${loginInWords(token)}`,
          advice:
            'were they meant for different roles, the last aws eks update-kubeconfig changed them all: causeway kubeconfig --role ARN --alias NAME --replace gives each a user of its own',
          file: first.file,
          path: ['contexts', first.index],
          contexts: [first, ...others].map((each) => each.name),
        }),
      ),
    ];
  });
}

/** Contexts that differ in nothing but their name. */
function sharedBy(contexts: readonly Context[]): readonly (readonly [Context, ...Context[]])[] {
  const groups = new Map<string, [Context, ...Context[]]>();
  for (const context of contexts) {
    const key = `${context.cluster}\n${context.namespace}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [context]);
    else if (group.every((each) => each.name !== context.name)) group.push(context);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Whether a cluster entry, named by an ARN, is another cluster than the one that the token is made for. */
function isOther(entry: string, token: { readonly cluster?: string; readonly region?: string }): boolean {
  const arn = parseArn(entry);
  const name = arn?.service === 'eks' ? /^cluster\/(.+)$/.exec(arn.resource)?.[1] : undefined;
  if (arn === undefined || name === undefined || token.cluster === undefined) return false;
  // A local cluster on an Outpost is named by its id.
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(token.cluster)) return false;
  return name !== token.cluster || (token.region !== undefined && token.region !== arn.region);
}
