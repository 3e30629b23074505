export { type Collected, collected, type Gap, missing } from './gap.ts';
export type { Origin } from './origin.ts';
export {
  and,
  FALSE,
  isTrue,
  type Literal,
  MOST_WAYS,
  mapFacts,
  not,
  or,
  TooManyWays,
  TRUE,
  type Unsettled,
  unsettled,
  type Way,
  type Ways,
} from './ways.ts';
