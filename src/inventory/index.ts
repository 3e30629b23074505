export { type Answers, readAnswers } from './answers.ts';
export {
  type AwsAuthRow,
  applyChange,
  applyChanges,
  type Change,
  type Edit,
  type ResourceChange,
  type Statement,
} from './change/change.ts';
export { type Evidence, type EvidenceFile, readEvidence, writeEvidence } from './evidence.ts';
export { type InventoryOptions, makeInventory } from './make.ts';
export type * from './model.ts';
export {
  DIGEST_ANNOTATION,
  DIGEST_TAG,
  FILE_LABEL,
  GRANT_LABEL,
  OWNER_TAG,
  ownerByGroups,
  ROWS_ANNOTATION,
  readRowTags,
  writeRowTags,
} from './ownership.ts';
export type * from './resource.ts';
export { resourceId } from './resource.ts';
export { type AccountFiles, type ClusterFiles, type Routed, route } from './route.ts';
export type { ElementText, Source, Unreadable } from './text/source.ts';
export { asTime } from './text/values.ts';
export type { TrustIndex } from './trust-index.ts';
