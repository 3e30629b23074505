/**
 * What a scalar of YAML 1.1 is to the authenticator: goyaml.v2's `resolve` (sigs.k8s.io/yaml goyaml.v2/resolve.go).
 *
 * Only the kind of a number matters here: no field of aws-auth is a number, so its value is never kept.
 */

/** A scalar after tag resolution; `error` where goyaml.v2 refuses the whole document. */
export type ScalarKind =
  | { readonly kind: 'null' | 'boolean' | 'number' | 'nonfinite' }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'error'; readonly error: string };

const CORE = 'tag:yaml.org,2002:';

const WORDS: ReadonlyMap<string, 'null' | 'boolean' | 'nonfinite'> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, 'boolean'] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, 'boolean'] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, 'null'] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, 'nonfinite'] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'].map((word) => [word, 'nonfinite'] as const),
]);

const DATE = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?(?:Z|[-+]\d{2}:\d{2})?)?$/;
const INTEGER = /^[-+]?(?:\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/**
 * Resolves a scalar: `tag` is its explicit long tag or empty, `plain` whether it stood without quotes.
 *
 * @example resolveScalar('', 'yes', true) // { kind: 'boolean' }
 */
export function resolveScalar(tag: string, text: string, plain: boolean): ScalarKind {
  if (tag === '' && !plain) return { kind: 'string', text };
  const short = tag.startsWith(CORE) ? tag.slice(CORE.length) : tag;
  if (short === 'binary') return decodeBinary(text);
  if (!['', 'bool', 'int', 'float', 'null', 'timestamp'].includes(short)) return { kind: 'string', text };
  const found = guess(text, short === '' || short === 'timestamp');
  if (short === '' || fits(short, found, text))
    return found === 'string' || found === 'date' ? { kind: 'string', text } : { kind: found };
  return { kind: 'error', error: `"${text}" is not a !!${short}` };
}

/** The kind that the look of a plain text gives it. */
function guess(text: string, dates: boolean): 'null' | 'boolean' | 'number' | 'nonfinite' | 'date' | 'string' {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/.test(text)) return 'string';
  if (dates && DATE.test(text)) return 'date';
  // Underscores are dropped, except where the text starts with a dot (goyaml.v2 hands that to strconv.ParseFloat as it is).
  const bare = text.startsWith('.') ? text : text.replaceAll('_', '');
  if (INTEGER.test(bare)) return 'number';
  return FLOAT.test(bare) && Number.isFinite(Number(bare)) ? 'number' : 'string';
}

function fits(tag: string, found: ReturnType<typeof guess>, text: string): boolean {
  switch (tag) {
    case 'bool':
      return found === 'boolean';
    case 'null':
      return found === 'null';
    case 'timestamp':
      return found === 'date';
    case 'int':
      return found === 'number' && INTEGER.test(text.replaceAll('_', ''));
    default:
      return found === 'number' || found === 'nonfinite';
  }
}

function decodeBinary(text: string): ScalarKind {
  const bare = text.replace(/[\r\n]/g, '');
  if (bare.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) {
    return { kind: 'error', error: '!!binary value contains invalid base64 data' };
  }
  const bytes = Uint8Array.from(atob(bare), (char) => char.charCodeAt(0));
  return { kind: 'string', text: new TextDecoder().decode(bytes) };
}
