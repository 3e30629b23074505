/** A stream of numbers that one seed decides (mulberry32, public domain): the same seed makes the same organisation everywhere. */
export interface Random {
  /** At least 0, less than 1. */
  readonly next: () => number;
  /** A whole number, at least 0, less than `below`. */
  readonly below: (below: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
  /** True once in so many. */
  readonly oneIn: (many: number) => boolean;
  /** 0 mostly, seldom more, at most `most`: how policies, tags and statements are spread in real accounts. */
  readonly few: (most: number) => number;
  /** Letters and digits as in AWS's unique ids. */
  readonly text: (length: number) => string;
}

const ID = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Makes a stream from a seed. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (from) => {
      const chosen = from[below(from.length)];
      if (chosen === undefined) throw new RangeError('nothing to pick from');
      return chosen;
    },
    oneIn: (many) => below(many) === 0,
    few: (most) => Math.min(most, Math.floor(-Math.log(1 - next()) * (most / 6))),
    text: (length) => Array.from({ length }, () => ID[below(ID.length)] ?? 'A').join(''),
  };
}
