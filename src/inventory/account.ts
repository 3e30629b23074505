import { type Collected, collected, type Gap, missing } from '../base/index.ts';
import { gapOf, iamWanted, oidcWanted } from './gaps.ts';
import { makeIamAccount, trustOf } from './iam/account.ts';
import { emptyDraft, type IamDraft } from './iam/draft.ts';
import { cutOffLists } from './iam/pages.ts';
import { type IamContext, isIamPage, readIamPage } from './iam/read.ts';
import { once } from './lazy.ts';
import type { Marks } from './marks.ts';
import type { Account, IamAccount, PolicyDocument, RoleTrust } from './model.ts';
import { readResourcePolicies } from './resources.ts';
import type { AccountFiles } from './route.ts';
import type { Failure } from './text/failure.ts';
import { parseSource } from './text/parse.ts';
import { each, flatten, rootOf, under } from './text/place.ts';
import type { Report } from './text/report.ts';
import type { Source } from './text/source.ts';
import { asText, describeValue, isFields } from './text/values.ts';
import type { TrustIndex } from './trust-index.ts';

/** One account from its files; each kind of file is read when it is first asked for. */
export function makeAccount(
  files: AccountFiles,
  name: string | undefined,
  marks: Marks,
  report: Report,
  index?: TrustIndex,
): Account {
  let read = false;
  const roles: { partial: boolean } = { partial: false };
  const iam = once((): Collected<IamAccount> => {
    read = true;
    const { draft, failure } = readIam(files, marks, report);
    if (draft !== undefined) roles.partial = isPartial(draft);
    return draft === undefined
      ? missing(gapOf(iamWanted(files.id), failure))
      : collected(makeIamAccount(files.id, draft, report));
  });
  // A search asks every account for its trusts and few for more; what it does not need is let go at once.
  const trusts = once(() => (read ? trustsOf(iam()) : readTrusts(files, marks, report, roles, index)));
  const account = {
    id: files.id,
    iam,
    trusts,
    moreRoles: () => (trusts().state === 'collected' && roles.partial ? moreRolesGap(files.id) : undefined),
    oidcProviders: once(() => readOidc(files, marks, report)),
    resourcePolicies: once((): ReadonlyMap<string, PolicyDocument> => readResourcePolicies(files.id, files.resources, report)),
  };
  return Object.freeze(name === undefined ? account : { ...account, name });
}

interface IamRead {
  readonly draft?: IamDraft;
  readonly failure?: Failure;
}

function readIam(files: AccountFiles, marks: Marks, report: Report): IamRead {
  const draft = emptyDraft();
  let failure = marks.refusal(`accounts/${files.id}/iam.json`);
  let read = false;
  for (const source of files.iam) {
    const content = readIamFile(draft, source, files.id, report);
    if (content === undefined) read = true;
    else {
      failure = content;
      draft.cutOff = true;
    }
  }
  for (const { file } of cutOffLists(draft.pages)) {
    const message = 'the last page is missing: every page says that more follows (IsTruncated, Marker or NextToken)';
    report.add({ code: 'incomplete-pages', message, file });
    draft.cutOff = true;
  }
  if (read) return { draft };
  return failure === undefined ? {} : { failure };
}

/** Reads one file into the draft; gives the reason when it could not be used. */
function readIamFile(draft: IamDraft, source: Source, account: string, report: Report): Failure | undefined {
  const content = parseSource(source, report);
  if (content.failure !== undefined) return content.failure;
  const pages = content.documents.flatMap((document) => flatten(rootOf(document)));
  const usable = pages.filter(isIamPage);
  if (usable.length === 0) {
    const found = pages[0] === undefined ? 'an empty list' : describeValue(pages[0].value);
    const why = `the answer of aws iam get-account-authorization-details is expected; this is ${found}`;
    report.add({ code: 'wrong-kind', message: why, file: source.path });
    return { state: 'notCollected', why };
  }
  const context = contextOf(source.path, account);
  for (const page of usable) readIamPage(draft, page, context, report);
  return undefined;
}

/** `accounts/ID/iam/roles/NAME/…` says whose the answers in it are that do not say so themselves. */
function contextOf(path: string, account: string): IamContext {
  const [, kind, name] = /\/iam\/(roles|users|groups|policies)\/([^/]+)\/[^/]+$/.exec(path) ?? [];
  if (kind === undefined || name === undefined) return { account };
  const kinds = { roles: 'role', users: 'user', groups: 'group', policies: 'policy' } as const;
  return { account, owner: { kind: kinds[kind as keyof typeof kinds], name } };
}

/** Whether the account may have more roles than its files hold. */
function isPartial({ cutOff, listed }: IamDraft): boolean {
  return cutOff || !listed.has('Role');
}

/** What a search for roles does not see: roles on a page that is missing, or all of them but a few asked for by name. */
function moreRolesGap(account: string): Gap {
  const { what: _, ...wanted } = iamWanted(account);
  const what = `the roles of account ${account} that its files do not list`;
  return { kind: 'gap', state: 'notCollected', ...wanted, id: `roles:${account}`, what };
}

function trustsOf(iam: Collected<IamAccount>): Collected<readonly RoleTrust[]> {
  if (iam.state !== 'collected') return iam;
  return collected(iam.value.roles.map(({ arn, uniqueId, trust }) => ({ arn, uniqueId, trust })));
}

/** From the index where it knows every file; else from the files. */
function readTrusts(
  files: AccountFiles,
  marks: Marks,
  report: Report,
  roles: { partial: boolean },
  index?: TrustIndex,
): Collected<readonly RoleTrust[]> {
  const known = files.iam.map((source) => index?.get(source));
  if (known.length > 0 && known.every((trusts) => trusts !== undefined)) return collected(known.flat());
  const { draft, failure } = readIam(files, marks, report);
  if (draft === undefined) return missing(gapOf(iamWanted(files.id), failure));
  roles.partial = isPartial(draft);
  const trusts = [...draft.roles.values()]
    .filter((role) => role.arn !== '')
    .map((role): RoleTrust => ({ arn: role.arn, uniqueId: role.uniqueId, trust: trustOf(files.id, role, report) }));
  for (const source of files.iam) {
    // What has a problem is read again each time, so that the problem is told each time.
    const own = trusts.filter(({ trust }) => trust.origin.file === source.path);
    if (!draft.repeated && !roles.partial && report.of(source.path).length === 0) index?.put(source, own);
  }
  return collected(trusts);
}

function readOidc(files: AccountFiles, marks: Marks, report: Report): Collected<readonly string[]> {
  let failure = marks.refusal(`accounts/${files.id}/oidc-providers.json`);
  const arns: string[] = [];
  let read = false;
  for (const source of files.oidc) {
    const content = parseSource(source, report);
    if (content.failure !== undefined) {
      failure = content.failure;
      continue;
    }
    const pages = content.documents.flatMap((document) => flatten(rootOf(document)));
    const lists = pages.filter((page) => isFields(page.value) && Array.isArray(page.value.OpenIDConnectProviderList));
    const single = pages.flatMap(({ value }) => (isFields(value) ? (asText(value.Arn) ?? []) : []));
    const listed = lists.flatMap((page) => each(under(page, 'OpenIDConnectProviderList')));
    arns.push(...single, ...listed.flatMap(({ value }) => (isFields(value) ? (asText(value.Arn) ?? []) : [])));
    if (lists.length > 0 || single.length > 0 || pages.length === 0) read = true;
    else {
      const message = `the answer of aws iam list-open-id-connect-providers is expected; this is ${describeValue(pages[0]?.value)}`;
      report.add({ code: 'wrong-kind', message, file: source.path });
      failure = { state: 'notCollected', why: message };
    }
  }
  return read ? collected(arns) : missing(gapOf(oidcWanted(files.id), failure));
}
