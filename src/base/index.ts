export { type AwsConfigProblem, type AwsSection, type AwsSetting, readAwsConfig } from './aws-config.ts';
export { escapeForTerminal } from './escape.ts';
export { type Collected, collected, distinctGaps, type Gap, missing } from './gap.ts';
export {
  ANY,
  ANY_IN_SEGMENT,
  compileGlob,
  type Glob,
  globAfter,
  globOf,
  globText,
  isLiteral,
  literalOf,
  STAR,
  STAR_IN_SEGMENT,
} from './glob.ts';
export { findWitness, type Sought, type SoughtGlob } from './glob-witness.ts';
export { type JsonScan, scanJson } from './json-scan.ts';
export { jsonDocuments, looksLikeJson, type Span } from './json-text.ts';
export type { Origin } from './origin.ts';
export { locate, type Position, positionOf } from './position.ts';
export { shellQuote, shellWord } from './shell.ts';
export { didYouMean, nearest } from './suggest.ts';
export {
  and,
  FALSE,
  isTrue,
  type Literal,
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
export { yamlDocuments } from './yaml-text.ts';
