/** A value of a configuration file of the AWS CLI, with the line it stands on. */
export interface AwsSetting {
  readonly value: string;
  readonly line: number;
  /** Settings that stand indented below the key (`sts =` in a services section); absent when there are none. */
  readonly nested?: ReadonlyMap<string, AwsSetting>;
}

/** A section of `~/.aws/config` or `~/.aws/credentials`. */
export interface AwsSection {
  readonly kind: 'profile' | 'sso-session' | 'services' | 'other';
  readonly name: string;
  readonly line: number;
  /** Keys in lower case; the last of two equal ones counts. */
  readonly settings: ReadonlyMap<string, AwsSetting>;
}

/** What is wrong with a line. The text of the line is not repeated: it may hold a secret. */
export interface AwsConfigProblem {
  readonly line: number;
  readonly message: string;
}

/**
 * Reads the text of `~/.aws/config` or `~/.aws/credentials` (SDK and tools reference guide, "Shared config and credentials
 * files"): in the first the sections are `[profile NAME]`, `[default]`, `[sso-session NAME]` and `[services NAME]`, in the
 * second each `[NAME]` is a profile. A line that is indented deeper than its key belongs to it. Comments begin with `#` or
 * `;`, at the start of a line or after a blank.
 *
 * @example readAwsConfig('[profile ci]\nregion = eu-west-1', 'config').sections[0]?.name // 'ci'
 */
export function readAwsConfig(
  text: string,
  file: 'config' | 'credentials',
): { readonly sections: readonly AwsSection[]; readonly problems: readonly AwsConfigProblem[] } {
  const sections: AwsSection[] = [];
  const problems: AwsConfigProblem[] = [];
  let settings: Map<string, AwsSetting> | undefined;
  let last: { readonly key: string; readonly indent: number } | undefined;
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n|\r/)
    .entries()) {
    const line = index + 1;
    if (/^\s*(?:[#;]|$)/.test(raw)) continue;
    if (raw.startsWith('[')) {
      const title = /^\[\s*([^\]]*?)\s*\]/.exec(raw)?.[1];
      last = undefined;
      settings = new Map();
      if (title === undefined) problems.push({ line, message: 'a section starts with "[" and has no "]"' });
      else sections.push({ ...titled(title, file), line, settings });
      continue;
    }
    const indent = raw.search(/\S/);
    const [, name, value = ''] = /^\s*([^=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(raw) ?? [];
    if (settings === undefined) problems.push({ line, message: 'it stands before the first [section]' });
    else if (last !== undefined && indent > last.indent) continueSetting(settings, last.key, name, value, line);
    else if (name === undefined) problems.push({ line, message: 'it is no "key = value", no [section] and no comment' });
    else {
      last = { key: name.toLowerCase(), indent };
      settings.set(last.key, { value: bare(value), line });
    }
  }
  return { sections, problems };
}

/** A deeper line with a `=` below an empty value is a setting of its own; anything else is dropped, as nothing here needs it. */
function continueSetting(
  settings: Map<string, AwsSetting>,
  key: string,
  name: string | undefined,
  value: string,
  line: number,
): void {
  const above = settings.get(key);
  if (above === undefined || above.value !== '' || name === undefined) return;
  const nested = new Map(above.nested).set(name.toLowerCase(), { value: bare(value), line });
  settings.set(key, { ...above, nested });
}

function bare(value: string): string {
  return value.replace(/(?:^|\s+)[#;].*$/, '');
}

function titled(title: string, file: 'config' | 'credentials'): Pick<AwsSection, 'kind' | 'name'> {
  if (file === 'credentials' || title === 'default') return { kind: 'profile', name: unquoted(title) };
  const [, kind, name = ''] = /^(profile|sso-session|services)\s+(.+)$/.exec(title) ?? [];
  if (kind === 'profile' || kind === 'sso-session' || kind === 'services') return { kind, name: unquoted(name) };
  return { kind: 'other', name: title };
}

function unquoted(name: string): string {
  return /^(["'])(.+)\1$/.exec(name)?.[2] ?? name;
}
