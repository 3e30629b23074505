import type { Fields } from '../fields.ts';
import {
  arnOf,
  find,
  invalidInput,
  type OrganizationsCall,
  type OrganizationsOperation,
  organizationFor,
  page,
  refused,
  textOf,
} from './call.ts';
import { keep, leadIn, type Member, newId, type Organization } from './model.ts';
import { isEnabled, withDefaults } from './policy-types.ts';

const CONTAINERS = ['ROOT', 'ORGANIZATIONAL_UNIT'] as const;

/** The operations on the tree: roots, OUs and accounts. */
export const TREE_OPERATIONS: Readonly<Record<string, OrganizationsOperation>> = {
  DescribeOrganization: (call) => ({ Organization: organizationFor(call).head }),
  ListRoots: (call) => page(call, 'Roots', of(organizationFor(call), 'ROOT').map(shown), ({ Id }) => String(Id)),
  ListAccounts: (call) => page(call, 'Accounts', of(organizationFor(call), 'ACCOUNT').map(shown), ({ Id }) => String(Id)),
  ListAccountsForParent: (call) => children(call, 'ACCOUNT', 'Accounts', shown),
  ListOrganizationalUnitsForParent: (call) => children(call, 'ORGANIZATIONAL_UNIT', 'OrganizationalUnits', shown),
  ListChildren: (call) => {
    const type = textOf(call, 'ChildType');
    if (type !== 'ACCOUNT' && type !== 'ORGANIZATIONAL_UNIT') throw invalidInput('INVALID_ENUM');
    return children(call, type, 'Children', ({ id, kind }) => ({ Id: id, Type: kind }));
  },
  ListParents: (call) => {
    const id = textOf(call, 'ChildId');
    const organization = organizationFor(call, (one) => arnOf(one, id));
    const child = find(organization, id, 'ACCOUNT', 'ORGANIZATIONAL_UNIT');
    if (child === undefined) throw refused('ChildNotFoundException', "You specified a child that doesn't exist.");
    const parent = find(organization, child.parent ?? '');
    return { Parents: parent === undefined ? [] : [{ Id: parent.id, Type: parent.kind }] };
  },
  DescribeAccount: (call) => {
    const id = textOf(call, 'AccountId');
    const account = find(
      organizationFor(call, (one) => arnOf(one, id)),
      id,
      'ACCOUNT',
    );
    if (account === undefined) throw refused('AccountNotFoundException', "You specified an account that doesn't exist.");
    return { Account: shown(account) };
  },
  DescribeOrganizationalUnit: (call) => {
    const id = textOf(call, 'OrganizationalUnitId');
    return {
      OrganizationalUnit: shown(
        unitOf(
          organizationFor(call, (one) => arnOf(one, id)),
          id,
        ),
      ),
    };
  },
  CreateOrganizationalUnit: (call) => {
    const [parent, name] = [textOf(call, 'ParentId'), textOf(call, 'Name', 128)];
    const organization = organizationFor(call, (one) => arnOf(one, parent));
    const above = containerOf(organization, parent);
    unlessTaken(organization, parent, name);
    if (depthOf(organization, above) >= 5) {
      throw refused('ConstraintViolationException', 'You have exceeded the maximum depth of OUs.', 'OU_DEPTH_LIMIT_EXCEEDED');
    }
    const root = of(organization, 'ROOT')[0]?.id.replace(/^r-/, '') ?? '';
    const id = newId(`ou-${root}`);
    const arn = `${leadIn(organization)}:ou/${organization.id}/${id}`;
    const unit: Member = { kind: 'ORGANIZATIONAL_UNIT', id, name, arn, parent, fields: { Id: id } };
    keep(call.lab, withDefaults({ ...organization, members: [...organization.members, unit] }, [id]));
    return { OrganizationalUnit: shown(unit) };
  },
  UpdateOrganizationalUnit: (call) => {
    const [id, name] = [textOf(call, 'OrganizationalUnitId'), textOf(call, 'Name', 128)];
    const organization = organizationFor(call, (one) => arnOf(one, id));
    const unit = unitOf(organization, id);
    if (unit.name !== name) unlessTaken(organization, unit.parent ?? '', name);
    keep(call.lab, replaced(organization, { ...unit, name }));
    return { OrganizationalUnit: shown({ ...unit, name }) };
  },
  DeleteOrganizationalUnit: (call) => {
    const id = textOf(call, 'OrganizationalUnitId');
    const organization = organizationFor(call, (one) => arnOf(one, id));
    unitOf(organization, id);
    if (organization.members.some(({ parent }) => parent === id)) {
      throw refused('OrganizationalUnitNotEmptyException', 'The specified OU is not empty.');
    }
    const policies = organization.policies.map((one) => ({ ...one, targets: one.targets.filter((target) => target !== id) }));
    keep(call.lab, { ...organization, policies, members: organization.members.filter((one) => one.id !== id) });
    return {};
  },
  MoveAccount: (call) => {
    const [id, from, to] = [textOf(call, 'AccountId'), textOf(call, 'SourceParentId'), textOf(call, 'DestinationParentId')];
    const organization = organizationFor(call, (one) => arnOf(one, id, from, to));
    const account = find(organization, id, 'ACCOUNT');
    if (account === undefined) throw refused('AccountNotFoundException', "You specified an account that doesn't exist.");
    if (find(organization, from, ...CONTAINERS) === undefined || account.parent !== from) {
      throw refused('SourceParentNotFoundException', "You specified a source parent that doesn't exist.");
    }
    if (find(organization, to, ...CONTAINERS) === undefined) {
      throw refused('DestinationParentNotFoundException', "You specified a destination parent that doesn't exist.");
    }
    if (from === to) {
      throw refused('DuplicateAccountException', 'That account is already present in the specified destination.');
    }
    keep(call.lab, replaced(organization, { ...account, parent: to }));
    return {};
  },
};

function of({ members }: Organization, kind: Member['kind']): readonly Member[] {
  return members.filter((member) => member.kind === kind);
}

/** A member as Organizations shows it; the parent is in no answer. */
function shown({ fields, id, arn, name, kind }: Member): Fields {
  const { ParentId: _, JoinedTimestamp: joined, ...rest } = fields;
  const time = typeof joined === 'string' ? { JoinedTimestamp: Date.parse(joined) / 1000 } : {};
  const types = kind === 'ROOT' ? { PolicyTypes: isEnabled(fields) } : {};
  return {
    ...rest,
    ...(typeof joined === 'number' ? { JoinedTimestamp: joined } : time),
    Id: id,
    Arn: arn,
    Name: name,
    ...types,
  };
}

function children(call: OrganizationsCall, kind: Member['kind'], name: string, show: (member: Member) => Fields): Fields {
  const id = textOf(call, 'ParentId');
  const organization = organizationFor(call, (one) => arnOf(one, id));
  containerOf(organization, id);
  const found = of(organization, kind).filter(({ parent }) => parent === id);
  return page(call, name, found.map(show), ({ Id }) => String(Id));
}

function containerOf(organization: Organization, id: string): Member {
  const found = find(organization, id, ...CONTAINERS);
  if (found === undefined) throw refused('ParentNotFoundException', "You specified parent that doesn't exist.");
  return found;
}

function unitOf(organization: Organization, id: string): Member {
  const found = find(organization, id, 'ORGANIZATIONAL_UNIT');
  if (found !== undefined) return found;
  throw refused('OrganizationalUnitNotFoundException', "You specified an organizational unit that doesn't exist.");
}

function unlessTaken(organization: Organization, parent: string, name: string): void {
  const same = of(organization, 'ORGANIZATIONAL_UNIT').some((unit) => unit.parent === parent && unit.name === name);
  if (same) throw refused('DuplicateOrganizationalUnitException', 'An OU with the same name already exists.');
}

/** 0 for the root (facts/iam.md §1.6: five levels of OUs below it). */
function depthOf(organization: Organization, { parent }: Member): number {
  const above = find(organization, parent ?? '');
  return above === undefined ? 0 : 1 + depthOf(organization, above);
}

function replaced(organization: Organization, member: Member): Organization {
  return { ...organization, members: organization.members.map((one) => (one.id === member.id ? member : one)) };
}
