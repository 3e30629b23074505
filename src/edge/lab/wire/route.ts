/** A route of a REST API: the method and the path with `{name}` for what a segment holds. */
export interface Route<T> {
  readonly method: string;
  readonly path: string;
  readonly value: T;
}

/** A route that was found, with the decoded segments by name. */
export interface Matched<T> {
  readonly value: T;
  readonly segments: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request. The raw path is split before anything is decoded, because ARNs in it hold encoded slashes
 * (facts/eks.md §3.1).
 */
export function findRoute<T>(routes: readonly Route<T>[], method: string, path: string): Matched<T> | undefined {
  const parts = path.split('/').slice(1);
  for (const route of routes) {
    if (route.method !== method) continue;
    const wanted = route.path.split('/').slice(1);
    if (wanted.length !== parts.length) continue;
    const segments: Record<string, string> = {};
    const fits = wanted.every((name, index) => {
      const part = decode(parts[index] ?? '');
      if (!name.startsWith('{')) return part === name;
      segments[name.slice(1, -1)] = part ?? '';
      return part !== undefined && part !== '';
    });
    if (fits) return { value: route.value, segments };
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
