/** A bounded memory: what was used longest ago goes first, and nothing is given out past its time. */
export interface Cache<T> {
  readonly get: (key: string, now: number) => T | undefined;
  /** `until` in milliseconds since 1970; what is past already is not kept. */
  readonly set: (key: string, value: T, until: number, now: number) => void;
  readonly size: () => number;
  readonly clear: () => void;
}

/**
 * Makes a cache of at most `most` entries.
 *
 * @example createCache<string>(2).get('a', Date.now()) // undefined
 */
export function createCache<T>(most: number): Cache<T> {
  const entries = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    get: (key, now) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (entry.until <= now) return undefined;
      // A map keeps its order: the newest use stands last.
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, until, now) => {
      entries.delete(key);
      if (until <= now) return;
      entries.set(key, { value, until });
      if (entries.size <= most) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    size: () => entries.size,
    clear: () => entries.clear(),
  };
}
