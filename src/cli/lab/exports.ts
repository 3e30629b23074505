import { escapeForTerminal, shellWord } from '../../base/index.ts';
import type { EnvAnswer } from '../../edge/lab/index.ts';
import type { Io } from '../context.ts';

/** A place for one service, a profile, or a switch that passes over AWS_ENDPOINT_URL would win over what is exported. */
const IN_THE_WAY = [
  'AWS_PROFILE AWS_DEFAULT_PROFILE AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_ENDPOINT_URL_STS AWS_ENDPOINT_URL_IAM AWS_ENDPOINT_URL_EKS AWS_ENDPOINT_URL_ORGANIZATIONS',
];

/**
 * The lines that make a POSIX shell somebody in a lab.
 *
 * @param authority a file with the lab's authority: then the lab is the proxy, and clients keep the host names of AWS
 */
export function exportsFor(io: Pick<Io, 'env'>, answer: EnvAnswer, authority?: string): string {
  const { accessKeyId, secretAccessKey, sessionToken } = answer.credentials;
  const lines = [
    `# ${escapeForTerminal(answer.arn)}`,
    ...(authority === undefined
      ? [
          `export AWS_ENDPOINT_URL=${shellWord(answer.endpoint)}`,
          // An endpoint of one's own has no such forms, and SDKs refuse to go there.
          'unset AWS_USE_FIPS_ENDPOINT AWS_USE_DUALSTACK_ENDPOINT',
          ...pastProxies(io.env),
        ]
      : throughLab(answer.endpoint, authority)),
    // Whatever was exported before, the others of `causeway lab` ask this lab from now on.
    `export CAUSEWAY_LAB=${shellWord(answer.endpoint)}`,
    `export AWS_REGION=${shellWord(answer.region)} AWS_DEFAULT_REGION=${shellWord(answer.region)}`,
    `export AWS_ACCESS_KEY_ID=${shellWord(accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY=${shellWord(secretAccessKey)}`,
    sessionToken === undefined ? 'unset AWS_SESSION_TOKEN' : `export AWS_SESSION_TOKEN=${shellWord(sessionToken)}`,
    ...IN_THE_WAY.map((names) => `unset ${names}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Curl, Go and Python look for one spelling or the other first. */
function throughLab(endpoint: string, authority: string): readonly string[] {
  const [at, file] = [shellWord(endpoint), shellWord(authority)];
  return [
    `export HTTPS_PROXY=${at} https_proxy=${at} NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost`,
    `export AWS_CA_BUNDLE=${file} NODE_EXTRA_CA_CERTS=${file} NODE_USE_ENV_PROXY=1`,
    'unset AWS_ENDPOINT_URL',
  ];
}

/** Behind a proxy the aws CLI would send what is for 127.0.0.1 to the proxy. */
function pastProxies(env: Io['env']): readonly string[] {
  const proxied = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'HTTPS_PROXY', 'https_proxy'];
  if (proxied.every((name) => (env[name] ?? '') === '')) return [];
  return ['NO_PROXY', 'no_proxy'].map((name) => {
    const hosts = (env[name] ?? '').split(',').filter((host) => host !== '');
    const missing = ['127.0.0.1', 'localhost'].filter((host) => !hosts.includes(host));
    return `export ${name}=${shellWord([...hosts, ...missing].join(','))}`;
  });
}
