import type { GivenKey } from '../../access/index.ts';
import { didYouMean } from '../../base/index.ts';
import { type ContextPath, pathOfContext, readKubeconfig, readProfiles } from '../../kubeconfig/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import type { Io } from '../context.ts';
import { usage } from '../exit.ts';
import { absolute, readTextIfThere } from '../files.ts';
import { kubeconfigFiles } from '../kubeconfig/files.ts';

/** What a kubeconfig context says about the question. */
export interface ChosenContext {
  /** As `--cluster` takes it. */
  readonly cluster?: string;
  readonly namespace?: string;
  readonly roles: readonly string[];
  /** What the profiles send along at each hop: external id, session name. */
  readonly given: readonly GivenKey[];
  readonly remarks: readonly string[];
}

/**
 * Follows a kubeconfig context and its AWS profiles to the roles that are assumed on the way. Files are those of
 * `--kubeconfig`, else KUBECONFIG, else ~/.kube/config; and AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else those
 * in ~/.aws. Throws a CliError.
 */
export function readContext(name: string, kubeconfig: string | undefined, io: Io): ChosenContext {
  const files = kubeconfigFiles(kubeconfig, io);
  const texts = files.flatMap((file) => {
    const text = readTextIfThere(absolute(file, io));
    return text === undefined ? [] : [{ file, text }];
  });
  if (texts.length === 0) throw usage(`there is no kubeconfig ${files.join(', ')}`, '--kubeconfig or KUBECONFIG names it');
  const config = readKubeconfig(texts);
  if ('error' in config) {
    const place = [config.file, config.line, config.column].filter((part) => part !== undefined).join(':');
    throw usage(`${place}: ${config.error}`);
  }
  const context = config.contexts.find((each) => each.name === name);
  if (context === undefined) {
    const known = config.contexts.map((each) => each.name);
    const near = didYouMean(name, known);
    throw usage(
      `no context ${name} in ${files.join(', ')}`,
      ...(near.length > 0 ? near : [`it has ${known.join(', ') || 'none'}`]),
    );
  }
  const path = pathOfContext(context, {
    profiles: profilesOf(io),
    ...(io.env.AWS_PROFILE ? { shellProfile: io.env.AWS_PROFILE } : {}),
  });
  if ('error' in path) throw usage(`context ${name}: ${path.error}`, '--via names the roles instead');
  return chosen(path);
}

function chosen(path: ContextPath): ChosenContext {
  const cluster = clusterOf(path);
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(path.namespace === undefined ? {} : { namespace: path.namespace }),
    roles: path.steps.map((step) => step.role),
    given: path.steps.flatMap(({ externalId, sessionName }, index): GivenKey[] => [
      ...(externalId === undefined ? [] : [{ key: 'sts:ExternalId', value: externalId, hop: index + 1 }]),
      ...(sessionName === undefined ? [] : [{ key: 'sts:RoleSessionName', value: sessionName, hop: index + 1 }]),
    ]),
    remarks: path.remarks,
  };
}

/** The name that the token is made for decides, wherever the context's entry points; region and account come from the ARN. */
function clusterOf({ cluster: { arn, name, region } }: ContextPath): string | undefined {
  const parsed = arn === undefined ? undefined : parseArn(arn);
  if (parsed === undefined || name === undefined) return name ?? arn;
  const same = parsed.resource === `cluster/${name}` && (region === undefined || region === parsed.region);
  return same ? arn : `${parsed.account}/${region ?? parsed.region}/${name}`;
}

/** The profiles of the AWS configuration files. */
export function profilesOf(io: Io): ReturnType<typeof readProfiles> {
  const config = readTextIfThere(absolute(io.env.AWS_CONFIG_FILE || '~/.aws/config', io));
  const credentials = readTextIfThere(absolute(io.env.AWS_SHARED_CREDENTIALS_FILE || '~/.aws/credentials', io));
  return readProfiles(config ?? '', credentials ?? '');
}
