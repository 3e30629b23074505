import type { Call } from '../authorise.ts';
import type { PolicyText, Tag } from '../state/documents.ts';
import { Fault } from '../wire/fault.ts';
import { pageOf } from '../wire/page.ts';
import { checked, optional, optionalNumber, type Parameters, type Rule } from '../wire/parameters.ts';

const WORD = '[\\w+=,.@-]+';

/** Names and paths as IAM's API takes them (facts/iam.md §1.6, §5.2). */
export const ROLE_NAME: Rule = { most: 64, pattern: WORD };
export const USER_NAME: Rule = { most: 64, pattern: WORD };
export const GROUP_NAME: Rule = { most: 128, pattern: WORD };
export const POLICY_NAME: Rule = { most: 128, pattern: WORD };
export const PROFILE_NAME: Rule = { most: 128, pattern: WORD };
export const PATH: Rule = { most: 512, pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)' };
export const ARN: Rule = { least: 20, most: 2048 };

/** NoSuchEntity, 404. */
export function noSuchEntity(message: string): Fault {
  return new Fault('NoSuchEntity', 404, message);
}

/** The refusal of a permissions boundary that is not there, in AWS's words (observed by users of rosa and sam). */
export function noSuchBoundary(arn: string): Fault {
  return noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
}

/** EntityAlreadyExists, 409. */
export function alreadyExists(message: string): Fault {
  return new Fault('EntityAlreadyExists', 409, message);
}

/** DeleteConflict, 409. */
export function deleteConflict(message: string): Fault {
  return new Fault('DeleteConflict', 409, message);
}

/** LimitExceeded, 409. */
export function limitExceeded(message: string): Fault {
  return new Fault('LimitExceeded', 409, message);
}

/** The path that something new is to have; `/` when none is given. */
export function readPath(parameters: Parameters): string {
  return optional(parameters, 'Path', PATH) ?? '/';
}

/** The path that a list is to begin with; `/` when none is given. */
export function pathPrefix(parameters: Parameters): string {
  return optional(parameters, 'PathPrefix', { most: 512, pattern: '\\u002F[\\u0021-\\u007F]*' }) ?? '/';
}

/** Tags of a call: at most 50, keys once. */
export function readTags(parameters: Parameters): readonly Tag[] {
  const tags = parameters.objects('Tags').map(({ Key = '', Value = '' }) => {
    checked(Key, 'tags', { most: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' });
    checked(Value, 'tags', { least: 0, most: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' });
    return { Key, Value };
  });
  if (new Set(tags.map(({ Key }) => Key.toLowerCase())).size < tags.length) {
    throw new Fault('InvalidInput', 400, 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  return withinLimit(tags);
}

/** Refuses more tags than a resource may have. */
export function withinLimit(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > 50) throw limitExceeded('The number of tags has reached the maximum limit.');
  return tags;
}

/** Tags with further ones, which replace equal keys. */
export function mergedTags(kept: readonly Tag[] | undefined, given: readonly Tag[]): readonly Tag[] {
  const gone = given.map(({ Key }) => Key);
  return withinLimit([...withoutTags(kept, gone), ...given]);
}

/** Tags without those of some keys; keys are compared ignoring case. */
export function withoutTags(kept: readonly Tag[] | undefined, keys: readonly string[]): readonly Tag[] {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return (kept ?? []).filter(({ Key }) => !gone.has(Key.toLowerCase()));
}

/** Condition keys of the tags that a call passes. */
export function tagKeys(tags: readonly Tag[]): Readonly<Record<string, string | readonly string[]>> {
  if (tags.length === 0) return {};
  const each = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const);
  return { ...Object.fromEntries(each), 'aws:TagKeys': tags.map(({ Key }) => Key) };
}

/** Tags by name, for the keys about a resource. */
export function tagMap(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** A document as IAM gives it back: URL-encoded by RFC 3986 (facts/iam.md §5.2). */
export function encoded(document: PolicyText): string {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Refuses a document that is too long; white space does not count (facts/iam.md §1.6). */
export function checkSize(text: string, most: number, message: string): void {
  if (text.replaceAll(/\s/g, '').length > most) throw limitExceeded(message);
}

/** A page of a list under `name`, by MaxItems (1 to 1000, 100 when absent) and Marker. */
export function iamPage<T>(
  parameters: Parameters,
  name: string,
  items: readonly T[],
  key: (item: T) => string,
): Readonly<Record<string, unknown>> {
  const page = pageOf(items, key, parameters.text('Marker'), optionalNumber(parameters, 'MaxItems', 1, 1000) ?? 100);
  if ('error' in page) throw new Fault('ValidationError', 400, 'Invalid Marker.');
  const more = page.next === undefined ? {} : { Marker: page.next };
  return { [name]: page.items, IsTruncated: page.next !== undefined, ...more };
}

/** Where something new of IAM stands. */
export function placeOf({ caller, lab }: Call): { readonly partition: string; readonly account: string; readonly at: Date } {
  return { partition: caller.partition, account: caller.account, at: lab.now() };
}
