/**
 * The object name that a field selector demands (`metadata.name=x`), empty when it demands none, undefined when it does
 * not parse.
 *
 * A name that could not stand in a path counts as none. Terms are apart by commas, operators are `=`, `==` and `!=`;
 * a backslash takes the meaning of a comma, an equals sign or a backslash away.
 * Source: facts/eks.md §5.1; kubernetes apimachinery pkg/fields/selector.go.
 */
export function nameOfFieldSelector(selector: string): string | undefined {
  let name: string | undefined;
  for (const term of splitTerms(selector)) {
    if (term === '') continue;
    const found = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    const [, field, operator, raw] = found ?? [];
    const value = raw === undefined ? undefined : unescaped(raw);
    if (field === undefined || value === undefined) return undefined;
    if (field === 'metadata.name' && operator !== '!=') name ??= value;
  }
  return name === undefined || !isPathSegment(name) ? '' : name;
}

function splitTerms(selector: string): readonly string[] {
  const terms = [''];
  for (let i = 0; i < selector.length; i++) {
    const char = selector[i] ?? '';
    if (char === ',') {
      terms.push('');
      continue;
    }
    const taken = char === '\\' ? char + (selector[++i] ?? '') : char;
    terms[terms.length - 1] += taken;
  }
  return terms;
}

/** Undefined when a backslash stands before anything else, or a comma or equals sign without one. */
function unescaped(value: string): string | undefined {
  return /^(?:\\[\\,=]|[^\\,=])*$/s.test(value) ? value.replace(/\\(.)/gs, '$1') : undefined;
}

function isPathSegment(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name);
}
