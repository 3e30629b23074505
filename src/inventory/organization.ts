import { type Collected, collected, type Gap, missing } from '../base/index.ts';
import { gapOf, organizationWanted, type Wanted } from './gaps.ts';
import type { Marks } from './marks.ts';
import type { Organization, OrganizationLevel, OrganizationMember, PolicyDocument } from './model.ts';
import { missingPolicy, readPolicy } from './policy.ts';
import { parseSource } from './text/parse.ts';
import { each, flatten, originOf, type Place, rootOf, under } from './text/place.ts';
import type { Report } from './text/report.ts';
import type { Source } from './text/source.ts';
import { asText, describeValue, type Fields, hasNextToken, isFields } from './text/values.ts';

const KINDS = { scp: 'SERVICE_CONTROL_POLICY', rcp: 'RESOURCE_CONTROL_POLICY' } as const;
type Kind = keyof typeof KINDS;

/** Reads one file of `organizations/`; answers of several commands in one file are put together. Undefined when it holds none. */
export function readOrganization(source: Source, marks: Marks, report: Report): Organization | undefined {
  const content = parseSource(source, report);
  if (content.failure !== undefined) return undefined;
  const pages = content.documents.flatMap((document) => flatten(rootOf(document)));
  const head = pages
    .map((page) => under(page, 'Organization'))
    .find(({ value }) => isFields(value) && asText(value.Id) !== undefined);
  const fields: Fields = isFields(head?.value) ? head.value : {};
  const id = asText(fields.Id);
  if (head === undefined || id === undefined) {
    const message = `"Organization" with its Id is expected (aws organizations describe-organization); this is ${describeValue(pages[0]?.value)}`;
    report.add({ code: 'wrong-kind', message, file: source.path });
    return undefined;
  }
  const file: OrganizationFile = { id, path: source.path, fields, pages, marks, report };
  const tree = readTree(file);
  const levels = { scp: readKind(file, 'scp', tree), rcp: readKind(file, 'rcp', tree) };
  const members = new Map<string, OrganizationMember>();
  for (const account of tree.accounts) members.set(account.id, makeMember(file, tree, account, levels));
  return Object.freeze({ id, managementAccount: managementAccount(fields, source, report), members, origin: originOf(head) });
}

interface OrganizationFile {
  readonly id: string;
  readonly path: string;
  readonly fields: Fields;
  readonly pages: readonly Place[];
  readonly marks: Marks;
  readonly report: Report;
}

function managementAccount(fields: Fields, source: Source, report: Report): string {
  const id =
    asText(fields.MasterAccountId) ?? asText(fields.ManagementAccountId) ?? asText(fields.MasterAccountArn)?.split(':')[4];
  if (id === undefined) report.add({ code: 'wrong-kind', message: 'Organization lacks MasterAccountId', file: source.path });
  return id ?? '';
}

interface Node {
  readonly id: string;
  readonly name?: string;
  readonly parent?: string;
}

interface Tree {
  readonly roots: readonly Place[];
  readonly parents: ReadonlyMap<string, string>;
  readonly accounts: readonly Node[];
}

function readTree(file: OrganizationFile): Tree {
  const nodes = (key: string): readonly Node[] =>
    file.pages.flatMap((page) => each(under(page, key))).flatMap(({ value }) => (isFields(value) ? readNode(value) : []));
  const roots = file.pages.flatMap((page) => each(under(page, 'Roots')));
  const accounts = nodes('Accounts');
  const parents = new Map<string, string>();
  for (const { id, parent } of [...nodes('OrganizationalUnits'), ...accounts]) if (parent !== undefined) parents.set(id, parent);
  return { roots, parents, accounts };
}

function readNode(value: Fields): readonly Node[] {
  const id = asText(value.Id);
  if (id === undefined) return [];
  const name = asText(value.Name);
  const parent = asText(value.ParentId);
  return [{ id, ...(name === undefined ? {} : { name }), ...(parent === undefined ? {} : { parent }) }];
}

/** From the root down to the account itself; undefined when a parent is missing or the tree runs in a circle. */
function lineage(tree: Tree, account: string): readonly string[] | undefined {
  const line = [account];
  for (let at = tree.parents.get(account); at !== undefined; at = tree.parents.get(at)) {
    if (line.includes(at)) return undefined;
    line.unshift(at);
    if (at.startsWith('r-')) return line;
  }
  return undefined;
}

/** Policies by target, or why they are not known, or that the organization does not use the kind. */
type Attached =
  | { readonly state: 'known'; readonly byTarget: ReadonlyMap<string, readonly PolicyDocument[]> }
  | { readonly state: 'unused' }
  | { readonly state: 'missing'; readonly gap: Gap & { readonly state: 'refused' | 'notCollected' } };

function readKind(file: OrganizationFile, kind: Kind, tree: Tree): Attached {
  const wanted = {
    ...organizationWanted(kind, file.id, file.id),
    what: `the ${KINDS[kind].toLowerCase().replaceAll('_', ' ')} list of ${file.id}`,
  };
  const refusal = file.marks.refusal(file.path, `${kind}s`);
  // Accounts of an organization without "all features" are under no control policies (Organizations guide, feature sets).
  if (file.fields.FeatureSet === 'CONSOLIDATED_BILLING') return { state: 'unused' };
  const items = file.pages.flatMap((page) => each(under(page, 'Policies'))).filter((item) => typeOf(item) === KINDS[kind]);
  if (items.length === 0)
    return isUnused(file, kind, tree) ? { state: 'unused' } : { state: 'missing', gap: gapOf(wanted, refusal) };
  if (isCutOff(file, kind)) {
    const message = 'the last page of Policies is missing: the last one that is there says that more follows (NextToken)';
    file.report.add({ code: 'incomplete-pages', message, file: file.path });
    return { state: 'missing', gap: gapOf({ ...wanted, what: `${wanted.what} (its last page is missing)` }) };
  }
  const byTarget = new Map<string, PolicyDocument[]>();
  for (const item of items) {
    const targets = under(item, 'Targets');
    const isPage = isFields(item.value) && hasNextToken(item.value);
    if (!Array.isArray(targets.value) || isPage) {
      const why = `${isPage ? 'everything that' : 'where'} ${nameOf(item)} is attached${isPage ? ' to' : ''} is not in the file`;
      const id = idOf(item);
      const command = `aws organizations list-targets-for-policy --policy-id ${id}`;
      return { state: 'missing', gap: gapOf({ ...wanted, what: `${wanted.what} (${why})`, command }) };
    }
    const policy = readItem(item, kind, file);
    for (const { value } of each(targets)) {
      const target = isFields(value) ? asText(value.TargetId) : asText(value);
      if (target === undefined) continue;
      const at = byTarget.get(target) ?? [];
      byTarget.set(target, [...at, policy]);
    }
  }
  return { state: 'known', byTarget };
}

/** Whether the last page that holds policies of the kind, or follows one that does, says that more follow. */
function isCutOff({ pages }: OrganizationFile, kind: Kind): boolean {
  let last = false;
  let own = false;
  for (const page of pages) {
    const items = each(under(page, 'Policies'));
    if (!isFields(page.value) || !Array.isArray(page.value.Policies)) continue;
    own = items.length === 0 ? own : items.some((item) => typeOf(item) === KINDS[kind]);
    if (own) last = hasNextToken(page.value);
  }
  return last;
}

/**
 * A kind of policy that is switched on has at least its full-access policy, so a list without any is no evidence.
 * The kind is known to be off when the root's PolicyTypes lack it, or when somebody marked the list as complete.
 */
function isUnused(file: OrganizationFile, kind: Kind, tree: Tree): boolean {
  if (file.marks.isComplete(file.path, `${kind}s`)) return true;
  const types = tree.roots.map((root) => under(root, 'PolicyTypes'));
  if (types.length === 0 || types.some(({ value }) => !Array.isArray(value))) return false;
  return !types
    .flatMap(each)
    .some(({ value }) => isFields(value) && value.Type === KINDS[kind] && value.Status !== 'PENDING_DISABLE');
}

function summary(item: Place): Fields {
  const nested = under(item, 'PolicySummary').value;
  return isFields(nested) ? nested : isFields(item.value) ? item.value : {};
}

function typeOf(item: Place): string | undefined {
  return asText(summary(item).Type);
}

function idOf(item: Place): string {
  return asText(summary(item).Id) ?? '';
}

function nameOf(item: Place): string {
  return asText(summary(item).Name) ?? idOf(item);
}

function readItem(item: Place, kind: Kind, file: OrganizationFile): PolicyDocument {
  const arn = asText(summary(item).Arn);
  const name = `${kind.toUpperCase()} ${nameOf(item)}`;
  const policy = { name, side: file.id, id: `${kind}:${file.id}/${idOf(item)}`, ...(arn === undefined ? {} : { arn }) };
  const content = under(item, 'Content');
  if (content.value !== undefined) return readPolicy(content, policy, file.report);
  const command = `aws organizations describe-policy --policy-id ${idOf(item)}`;
  return missingPolicy(item, policy, { state: 'notCollected', what: `the text of ${name} of ${file.id}`, command });
}

function makeMember(
  file: OrganizationFile,
  tree: Tree,
  account: Node,
  attached: Readonly<Record<Kind, Attached>>,
): OrganizationMember {
  const line = lineage(tree, account.id);
  const levels = (kind: Kind): Collected<readonly OrganizationLevel[]> => {
    const known = attached[kind];
    if (known.state === 'unused') return collected([]);
    if (known.state === 'missing') return missing(known.gap);
    const wanted: Wanted = organizationWanted(kind, account.id, file.id);
    if (line === undefined) {
      const command = `aws organizations list-parents --child-id ${account.id}`;
      return missing(gapOf({ ...wanted, what: `${wanted.what} (its place in ${file.id} is not known)`, command }));
    }
    return collected(line.map((target) => level(file, kind, target, known.byTarget.get(target) ?? [])));
  };
  return Object.freeze({
    id: account.id,
    ...(account.name === undefined ? {} : { name: account.name }),
    orgPath: line === undefined ? '' : `${[file.id, ...line.slice(0, -1)].join('/')}/`,
    scps: levels('scp'),
    rcps: levels('rcp'),
  });
}

/**
 * One level. AWS refuses to detach the last SCP of a root, OU or account (Organizations API,
 * MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED), so a level without any was not collected whole.
 */
function level(file: OrganizationFile, kind: Kind, target: string, policies: readonly PolicyDocument[]): OrganizationLevel {
  if (kind === 'rcp' || policies.length > 0) return { target, policies };
  const what = `the service control policies attached to ${target} (every root, OU and account has at least one)`;
  const command = `aws organizations list-policies-for-target --target-id ${target} --filter ${KINDS.scp}`;
  const gap: Gap = { kind: 'gap', id: `scp:${file.id}/${target}`, state: 'notCollected', what, side: file.id, command };
  return { target, policies: [{ name: `SCPs of ${target}`, gap, origin: { file: file.path, path: [] } }] };
}
