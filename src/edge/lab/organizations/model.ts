import { randomInt } from 'node:crypto';
import type { Gap } from '../../../base/index.ts';
import { type Organization as Collected, type Inventory, readAnswers } from '../../../inventory/index.ts';
import type { Lab } from '../context.ts';
import { type Fields, isFields, listAt, textAt } from '../fields.ts';
import type { FileDoc } from '../state/documents.ts';
import { FILES } from '../state/scope.ts';

/** The kinds of policy that bind accounts and resources; the others of Organizations are not played. */
export const POLICY_TYPES = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const;
export type PolicyType = (typeof POLICY_TYPES)[number];

/** A policy with what it is attached to. */
export interface PolicyItem {
  /** As PolicySummary shows it. */
  readonly summary: Fields & { readonly Id: string; readonly Name: string; readonly Type: string };
  readonly content: string;
  readonly targets: readonly string[];
}

/** A root, OU or account, with what it is in. */
export interface Member {
  readonly kind: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly parent?: string;
  /** As it was collected. */
  readonly fields: Fields;
}

/** An organization as its file tells it. */
export interface Organization {
  readonly path: string;
  readonly id: string;
  readonly management: string;
  readonly head: Fields;
  readonly members: readonly Member[];
  readonly policies: readonly PolicyItem[];
  /** Policies of a kind that was switched off: they are kept and bind nobody. */
  readonly disabled: readonly PolicyItem[];
  /** What of it nobody collected; then nothing of it is shown or changed. */
  readonly gap?: Gap;
}

const read = new WeakMap<FileDoc, Organization>();

/** The organization that an account is a member of, or manages. */
export function organizationIn({ organizations }: Inventory, account: string): Collected | undefined {
  return organizations.find(({ members, managementAccount }) => members.has(account) || managementAccount === account);
}

/** The organization of an account; undefined when it is in none that the lab knows. */
export function organizationOf(lab: Lab, account: string): Organization | undefined {
  const found = organizationIn(lab.view.inventory(), account);
  const file = found === undefined ? undefined : lab.store.get(FILES, 'file', found.origin.file);
  if (found === undefined || file === undefined) return undefined;
  const known = read.get(file) ?? readFile(file, found);
  read.set(file, known);
  return known;
}

function readFile({ path, text }: FileDoc, collected: Collected): Organization {
  const { pages } = readAnswers({ path, size: text.length, text: () => text });
  const head = pages.map((page) => (isFields(page) ? page['Organization'] : undefined)).find(isFields) ?? {};
  const gap = gapOf(collected);
  const place = { id: collected.id, management: collected.managementAccount, arn: textAt(head, 'Arn') ?? '' };
  const each = (key: string): readonly Fields[] => byId(pages.flatMap((page) => listAt(page, key)).filter(isFields));
  return {
    path,
    id: collected.id,
    management: collected.managementAccount,
    head,
    members: [
      ...each('Roots').map((fields) => member('ROOT', fields, place)),
      ...each('OrganizationalUnits').map((fields) => member('ORGANIZATIONAL_UNIT', fields, place)),
      ...each('Accounts').map((fields) => member('ACCOUNT', fields, place)),
    ],
    policies: pages.flatMap((page) => listAt(page, 'Policies')).flatMap(policyItem),
    disabled: pages.flatMap((page) => listAt(page, 'DisabledPolicies')).flatMap(policyItem),
    ...(gap === undefined ? {} : { gap }),
  };
}

/** An account or OU stands in several answers, and its parent in one of them alone. */
function byId(items: readonly Fields[]): readonly Fields[] {
  const found = new Map<string, Fields>();
  for (const item of items) {
    const id = textAt(item, 'Id') ?? '';
    found.set(id, { ...found.get(id), ...item });
  }
  return [...found.values()];
}

const RESOURCES = { ROOT: 'root', ORGANIZATIONAL_UNIT: 'ou', ACCOUNT: 'account' } as const;

function member(kind: Member['kind'], fields: Fields, place: { id: string; management: string; arn: string }): Member {
  const id = textAt(fields, 'Id') ?? '';
  const parent = textAt(fields, 'ParentId');
  return {
    kind,
    id,
    name: textAt(fields, 'Name') ?? id,
    arn: textAt(fields, 'Arn') ?? `${leadOf(place)}:${RESOURCES[kind]}/${place.id}/${id}`,
    ...(parent === undefined ? {} : { parent }),
    fields,
  };
}

function policyItem(item: unknown): readonly PolicyItem[] {
  const summary = isFields(item) && isFields(item['PolicySummary']) ? item['PolicySummary'] : item;
  const [Id, Type] = [textAt(summary, 'Id'), textAt(summary, 'Type')];
  if (!isFields(item) || !isFields(summary) || Id === undefined || Type === undefined) return [];
  const content = item['Content'];
  const targets = listAt(item, 'Targets').flatMap((target) =>
    typeof target === 'string' ? target : (textAt(target, 'TargetId') ?? []),
  );
  const { Content: _content, Targets: _targets, ...rest } = summary;
  return [
    {
      summary: { ...rest, Id, Type, Name: textAt(summary, 'Name') ?? Id },
      content: typeof content === 'string' ? content : JSON.stringify(content ?? ''),
      targets,
    },
  ];
}

/** Whatever of it is not whole must not be shown, or written back, as if it were. */
function gapOf({ members }: Collected): Gap | undefined {
  for (const { scps, rcps } of members.values()) {
    for (const levels of [scps, rcps]) {
      if (levels.state !== 'collected') return levels.gap;
      const found = levels.value.flatMap(({ policies }) => policies).find(({ gap }) => gap !== undefined);
      if (found?.gap !== undefined) return found.gap;
    }
  }
  return undefined;
}

/** `arn:aws:organizations::444444444444`. */
export function leadOf({ arn, management }: { readonly arn: string; readonly management: string }): string {
  return `arn:${arn.split(':')[1] ?? 'aws'}:organizations::${management}`;
}

/** The same for an organization. */
export function leadIn({ head, management }: Organization): string {
  return leadOf({ arn: textAt(head, 'Arn') ?? '', management });
}

/** An id as Organizations makes them: `p-1a2b3c4d`. */
export function newId(lead: string): string {
  return `${lead}-${Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('')}`;
}

/** Keeps a changed organization; it binds from the next call on. */
export function keep(lab: Lab, organization: Organization): void {
  const { path } = organization;
  const of = (kind: Member['kind']): readonly Fields[] =>
    organization.members
      .filter((one) => one.kind === kind)
      .map(({ fields, arn, name, parent }) => ({
        ...fields,
        Arn: arn,
        Name: name,
        ...(parent === undefined ? {} : { ParentId: parent }),
      }));
  const items = (list: readonly PolicyItem[]): readonly Fields[] =>
    list.map(({ summary, content, targets }) => ({
      PolicySummary: summary,
      Content: content,
      Targets: targets.map((TargetId) => ({ TargetId })),
    }));
  const text = JSON.stringify({
    Organization: organization.head,
    Roots: of('ROOT'),
    OrganizationalUnits: of('ORGANIZATIONAL_UNIT'),
    Accounts: of('ACCOUNT'),
    Policies: items(organization.policies),
    ...(organization.disabled.length === 0 ? {} : { DisabledPolicies: items(organization.disabled) }),
  });
  lab.store.commit({ scope: FILES, kind: 'file', name: path, document: { path, text } });
}
