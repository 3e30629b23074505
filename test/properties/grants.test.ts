import fc from 'fast-check';
import { test } from 'vitest';
import type { AccessChange } from '../../src/access/index.ts';
import { findDrift, type GrantsFile, makePlan, type Plan, planRevoke } from '../../src/grants/index.ts';
import { applyChanges, type Inventory, type ResourceChange } from '../../src/inventory/index.ts';
import { type GrantsWorld, grantsWorld } from './grants-worlds.ts';
import { holds } from './runs.ts';

const NOW = Date.parse('2026-11-25T00:00:00Z');

function plan(file: GrantsFile, inventory: Inventory): Plan {
  return makePlan(file, inventory, { now: NOW });
}

function applied(made: Plan, inventory: Inventory): Inventory {
  const changes = made.steps
    .filter(({ state }) => state === 'to-do')
    .flatMap(({ verb, replace, resource, present }): readonly ResourceChange[] => {
      if (verb === 'delete') return [{ kind: 'remove', resource }];
      const put = { kind: 'put', resource } as const;
      return replace === true && present !== undefined ? [{ kind: 'remove', resource: present }, put] : [put];
    });
  return applyChanges(inventory, changes);
}

const left = ({ steps }: Plan): readonly string[] =>
  steps.filter(({ state }) => state === 'to-do').map(({ verb, id }) => `${verb} ${id}`);

function fails(world: GrantsWorld, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${found.join('\n')}\nin ${world.text}`);
}

test('a plan after apply is empty', () => {
  holds(
    150,
    fc.property(grantsWorld, (world) => {
      const first = plan(world.file, world.inventory);
      fails(world, left(plan(world.file, applied(first, world.inventory))));
    }),
  );
});

test('each step stands after those that it needs, and no two have one id', () => {
  holds(
    150,
    fc.property(grantsWorld, (world) => {
      const { steps } = plan(world.file, world.inventory);
      const ids = steps.map(({ id }) => id);
      const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
      const late = steps.flatMap(({ id, after }) => after.filter((needed) => ids.indexOf(needed) > ids.indexOf(id)));
      fails(world, [...twice, ...late]);
    }),
  );
});

test('what was applied has not drifted', () => {
  holds(
    100,
    fc.property(grantsWorld, (world) => {
      const made = applied(plan(world.file, world.inventory), world.inventory);
      fails(
        world,
        findDrift(world.file, made, { now: NOW }).drifted.map(({ code, text }) => `${code} ${text}`),
      );
    }),
  );
});

test('after revoke of every grant nothing carries the mark of the file, and nothing of others is touched', () => {
  holds(
    100,
    fc.property(grantsWorld, (world) => {
      const first = plan(world.file, world.inventory);
      let inventory = applied(first, world.inventory);
      for (const { name } of world.file.grants) {
        const revoked = planRevoke(world.file, inventory, { grant: name }, { now: NOW });
        if (revoked !== undefined) inventory = applied(revoked, inventory);
      }
      const empty = { ...world.file, grants: [] };
      fails(world, left(plan(empty, inventory)));
      // What is open then is what was open before anything was applied.
      const [before, after] = [left(first), left(plan(world.file, inventory))];
      fails(
        world,
        after.filter((step) => !before.includes(step)),
      );
      fails(
        world,
        before.filter((step) => !after.includes(step)),
      );
    }),
  );
});

test('sessions end just where a role that is ours lets somebody in no more, and on no other role', () => {
  let ended = 0;
  holds(
    100,
    fc.property(grantsWorld, fc.nat(), fc.boolean(), (world, pick, isForeign) => {
      const made = applied(plan(world.file, world.inventory), world.inventory);
      const roles = plan(world.file, made).steps.flatMap(({ resource }) => (resource.kind === 'role' ? [resource] : []));
      // Somebody's marks on each role, or none: then nothing of it is ours.
      const strange = roles.map(
        (role): ResourceChange => ({ kind: 'put', resource: { ...role, tags: { 'causeway:owner': 'x/y' } } }),
      );
      const before = isForeign ? applyChanges(made, strange) : made;
      const principals = world.file.grants.flatMap(({ to }) => to.flatMap((one) => ('arn' in one ? [one.arn] : [])));
      const gone = principals[pick % Math.max(1, principals.length)];
      if (gone === undefined) return;
      const grants = world.file.grants.flatMap((wish) => {
        const to = wish.to.filter((one) => !('arn' in one) || one.arn !== gone);
        return to.length === 0 ? [] : [{ ...wish, to }];
      });
      const edited = { ...world.file, grants };
      for (const next of [plan(edited, before), planRevoke(world.file, before, { principal: gone }, { now: NOW })]) {
        if (next === undefined) continue;
        const ends = next.steps.filter(({ id, verb }) => id.endsWith(' end-older-sessions') && verb !== 'delete');
        ended += ends.length;
        const on = ends.map(({ id }) => id.split(' ')[1]);
        // By what each step of a role does to its trust policy, read here as plain text.
        const losing = next.steps.flatMap(({ resource, present, state }) => {
          if (resource.kind !== 'role' || present?.kind !== 'role' || state === 'done') return [];
          const isOurs = present.tags['causeway:owner'] === `f/${resource.arn.split('/').at(-1)}`;
          const [had, has] = [present.trust, resource.trust].map((trust) => JSON.stringify(trust).includes(`"${gone}"`));
          return isOurs && had === true && has === false ? [resource.arn] : [];
        });
        fails(world, [
          ...losing.filter((arn) => !on.includes(arn)).map((arn) => `${arn} keeps its sessions`),
          ...on.filter((arn) => !losing.includes(arn ?? '')).map((arn) => `${arn} loses its sessions`),
          ...(isForeign && on.length > 0 ? ['a role of another file is written'] : []),
        ]);
        fails(
          world,
          left(next).length === 0 ? [] : left(plan(edited, applied(next, before))).filter((id) => id.includes('end-older')),
        );
      }
    }),
  );
  if (ended === 0) throw new Error('no world had a session to end');
});

test('nobody gains anything whom the file does not name, and nobody else loses anything', () => {
  holds(
    60,
    fc.property(grantsWorld, (world) => {
      const { diff } = plan(world.file, world.inventory);
      const strangers = diff.changes.filter((change) => !isNamed(change, world.text));
      fails(
        world,
        strangers.map((change) => JSON.stringify(change).slice(0, 600)),
      );
    }),
  );
});

/**
 * By its own ARN, as the role or group of a grant (a row of aws-auth knows a role without its path), as somebody of an account that
 * only a named principal comes through, or as a provider's.
 */
function isNamed({ kind, principal, via, conditions }: AccessChange, text: string): boolean {
  const named = (arn: string): boolean => text.includes(`"${arn}"`);
  if (kind === 'kubernetes') return principal.startsWith('Group:causeway:f:');
  if (/:role\/(causeway\/f\/)?g\d$/.test(principal) || principal.includes('oidc-provider')) return true;
  if (named(principal) || via.some(named)) return true;
  return principal.endsWith(':root') && conditions.some(({ key }) => key.toLowerCase() === 'aws:principalarn');
}
