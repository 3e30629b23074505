import { LineCounter, parseDocument } from 'yaml';
import { type AwsAuth, type Backend, readAwsAuth } from '../../rules/eks/index.ts';
import type { Mappings } from './authenticate.ts';
import type { BackendMode, ServerConfig } from './config.ts';
import type { Log } from './log.ts';

/** The rows in use: those of the file, and those of the ConfigMap, each the last good ones. */
export interface LiveMappings {
  readonly get: () => Mappings;
  /** A new configuration file, already found good. */
  readonly setConfig: (config: ServerConfig) => void;
  /** `data` of kube-system/aws-auth as it is now; undefined when there is no such ConfigMap. */
  readonly setConfigMap: (data: Readonly<Record<string, unknown>> | undefined) => void;
  /** Why not every backend has its rows yet. */
  readonly notReady: () => readonly string[];
}

const EMPTY = readAwsAuth({});

/** Makes the mappings of a server out of its configuration. */
export function createMappings(first: ServerConfig, log: Log): LiveMappings {
  let config = first;
  let configMap: AwsAuth | undefined;
  let current: Mappings | undefined;
  const rowsOf = (mode: BackendMode): AwsAuth => (mode === 'MountedFile' ? config.rows : (configMap ?? EMPTY));
  const make = (): Mappings => ({
    backends: config.backendMode.map(
      (name): Backend => ({ name, rows: rowsOf(name), reservedPrefixes: config.reservedPrefixes[name] ?? [] }),
    ),
    scrubbedAccounts: config.scrubbedAccounts,
    audiences: config.own.audiences,
  });
  return {
    get: () => {
      current ??= make();
      return current;
    },
    setConfig: (next) => {
      config = next;
      current = undefined;
    },
    setConfigMap: (data) => {
      const next = takeConfigMap(data, configMap, config.ssoRoles, log);
      if (next === undefined) return;
      configMap = next;
      current = undefined;
    },
    notReady: () =>
      config.backendMode.includes('EKSConfigMap') && configMap === undefined ? ['EKSConfigMap: aws-auth was not read yet'] : [],
  };
}

/**
 * The rows of a ConfigMap; undefined when the last good ones stay. A section that is no YAML would be an empty one in the
 * original, and everybody in it locked out: the whole of the last good ConfigMap is kept instead, and the fault told. Rows
 * that are broken alone are dropped, as in the original.
 */
function takeConfigMap(
  data: Readonly<Record<string, unknown>> | undefined,
  last: AwsAuth | undefined,
  ssoRoles: boolean,
  log: Log,
): AwsAuth | undefined {
  const rows = readAwsAuth(data ?? {});
  const broken = rows.problems.filter(({ code }) => code === 'yaml' || code === 'not-text' || code === 'unjudged');
  for (const { section, index, text } of rows.problems) {
    const row = index === undefined ? {} : { row: index + 1 };
    log.error(
      { configMap: 'kube-system/aws-auth', section, ...row, ...placeOf(data?.[section]), error: text },
      'aws-auth: not all of it can be used',
    );
  }
  if (broken.length > 0 && last !== undefined) {
    log.error({ configMap: 'kube-system/aws-auth' }, 'aws-auth is broken: the last good one stays in use');
    return undefined;
  }
  const counts = { roles: rows.roles.length, users: rows.users.length, accounts: rows.accounts.length };
  log.info(
    { configMap: 'kube-system/aws-auth', ...counts },
    data === undefined ? 'there is no aws-auth: it counts as empty' : 'aws-auth is in use',
  );
  return ssoRoles ? rows : { ...rows, roles: rows.roles.filter((row) => row.sso === undefined) };
}

/** Line and column of the fault inside the text of a section. */
function placeOf(text: unknown): { readonly line?: number; readonly column?: number } {
  if (typeof text !== 'string' || text.length > MOST_PARSED) return {};
  const lines = new LineCounter();
  const [error] = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' }).errors;
  if (error === undefined) return {};
  const { line, col } = lines.linePos(error.pos[0]);
  return { line, column: col };
}

/** A ConfigMap holds at most a mebibyte. */
const MOST_PARSED = 1 << 20;
