import type { Rate } from './config.ts';

/** Rate limits, one for each key (token buckets). */
export interface Limiter {
  /** Whether the key has something left; takes nothing. */
  readonly allows: (key: string, now: number) => boolean;
  readonly take: (key: string, now: number) => void;
}

/** Keys that are remembered; one that is forgotten starts anew with a full bucket. */
const MOST_KEYS = 8192;

/**
 * Makes a limiter; the rate is asked for each time, so that a reload changes it. A rate of 0 a second is no limit.
 *
 * @example createLimiter(() => ({ perSecond: 20, burst: 100 })).allows('203.0.113.7', Date.now()) // true
 */
export function createLimiter(rate: () => Rate): Limiter {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  const left = (key: string, now: number): number => {
    const { perSecond, burst } = rate();
    const bucket = buckets.get(key);
    if (perSecond === 0) return Number.POSITIVE_INFINITY;
    // A clock that goes back fills nothing.
    return bucket === undefined ? burst : Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) * perSecond) / 1000);
  };
  return {
    allows: (key, now) => left(key, now) >= 1,
    take: (key, now) => {
      const rest = left(key, now);
      if (rest === Number.POSITIVE_INFINITY) return;
      buckets.delete(key);
      buckets.set(key, { left: Math.max(0, rest - 1), at: now });
      if (buckets.size <= MOST_KEYS) return;
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    },
  };
}
