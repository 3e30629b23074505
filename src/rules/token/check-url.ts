/** The parts of a pre-signed URL, as written. */
export interface UrlParts {
  /** In lower case. */
  readonly scheme: string;
  /** With its port, as written. */
  readonly host: string;
  readonly path: string;
  /** What stands after the first question mark. */
  readonly query: string;
}

/**
 * Takes a pre-signed URL apart, or says why it is none.
 *
 * The shape and the errors are those of Go's net/url `Parse`, without the URL that Go repeats in them: it holds the
 * signature. Stricter than Go where no signer writes such a URL and two readers may differ (RFC 3986 §2, §3.2.1, §3.5):
 * only printable ASCII, no user, no fragment.
 */
export function parsePresignedUrl(text: string): UrlParts | { readonly error: string } {
  if (/[\u0000-\u001f\u007f]/.test(text)) return wrong('net/url: invalid control character in URL');
  if (text === '') return wrong('empty url');
  if (/[^!-~]/.test(text)) return wrong('a character that is not printable ASCII');
  if (text.includes('#')) return wrong('a fragment, which no signer writes');
  if (text.startsWith(':')) return wrong('missing protocol scheme');
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(text)?.[0] ?? '';
  const rest = scheme === '' ? text : text.slice(scheme.length + 1);
  const mark = rest.indexOf('?');
  const before = mark < 0 ? rest : rest.slice(0, mark);
  const query = mark < 0 ? '' : rest.slice(mark + 1);
  if (!before.startsWith('/')) {
    if (scheme === '' && /^[^/]*:/.test(before)) return wrong('first path segment in URL cannot contain colon');
    // An opaque URL (`https:host`) or a path alone: there is no host.
    return { scheme: scheme.toLowerCase(), host: '', path: scheme === '' ? before : '', query };
  }
  if (!before.startsWith('//')) return { scheme: scheme.toLowerCase(), host: '', path: before, query };
  const slash = before.indexOf('/', 2);
  const host = slash < 0 ? before.slice(2) : before.slice(2, slash);
  const path = slash < 0 ? '' : before.slice(slash);
  const error = wrongHost(host) ?? wrongPath(path);
  return error === undefined ? { scheme: scheme.toLowerCase(), host, path, query } : wrong(error);
}

function wrongHost(host: string): string | undefined {
  if (host.includes('@')) return 'a user before the host, which no signer writes';
  const escaped = /%..?/.exec(host)?.[0];
  if (escaped !== undefined) return `invalid URL escape ${JSON.stringify(escaped)}`;
  const odd = /[^A-Za-z0-9.\-_~!$&'()*+,;=:[\]]/.exec(host)?.[0];
  if (odd !== undefined) return `invalid character ${JSON.stringify(odd)} in host name`;
  const port = host.startsWith('[')
    ? (/\](.*)$/.exec(host)?.[1] ?? 'missing')
    : host.includes(':')
      ? host.slice(host.lastIndexOf(':'))
      : '';
  if (port === 'missing') return "missing ']' in host";
  return port === '' || /^:\d*$/.test(port) ? undefined : 'invalid port after host';
}

function wrongPath(path: string): string | undefined {
  const found = /%(?![0-9A-Fa-f]{2})/.exec(path);
  return found === null ? undefined : `invalid URL escape ${JSON.stringify(path.slice(found.index, found.index + 3))}`;
}

function wrong(text: string): { readonly error: string } {
  return { error: `parse "…": ${text}` };
}
