import type { Principal, Wish } from '../wish/types.ts';
import { principalKey } from './principals.ts';
import type { Finding } from './problem.ts';

/**
 * Grants with `via: direct` that would share an access entry or a row. A cluster has one entry, and one row that counts, for a
 * principal (facts eks.md §2.3, §3.3), and it carries one owner's mark: by it a grant is taken away, and its drift is told. A thing that two
 * grants own could go with neither, so the file is refused, with the place of both and the way out.
 */
export function twiceDirect(grants: readonly Wish[]): readonly Finding[] {
  const seen = new Map<string, Wish>();
  const findings: Finding[] = [];
  for (const wish of grants) {
    if (wish.via !== 'direct') continue;
    for (const [i, principal] of wish.to.entries()) {
      for (const cluster of wish.on) {
        const key = `${cluster.arn} ${entryOf(principal).toLowerCase()}`;
        const other = seen.get(key);
        if (other !== undefined && other !== wish) {
          findings.push({
            path: wish.to.length === 1 ? [...wish.path, 'to'] : [...wish.path, 'to', i],
            message: `${nameOf(principal)} has direct access to ${cluster.alias} by grant ${other.name} already, and a cluster knows a principal by one entry, which one grant owns`,
            other: [...other.path, 'name'],
            hint: wayOut(wish, other),
          });
        }
        if (other === undefined) seen.set(key, wish);
      }
    }
  }
  return findings;
}

/** The one name of what an entry is for: a pod comes as its role. The role of a permission set has no ARN in a file (`readArn`). */
function entryOf(principal: Principal): string {
  return principal.kind === 'podIdentity' ? principal.role : principalKey(principal);
}

function nameOf(principal: Principal): string {
  if (principal.kind === 'sso') return `permission set ${principal.permissionSet} of account ${principal.account}`;
  return entryOf(principal);
}

/** One grant only where nobody would get more by it. */
function wayOut(wish: Wish, other: Wish): string {
  const differ = PARTS.filter(([, of]) => of(wish) !== of(other)).map(([key]) => key);
  if (differ.length > 0) {
    return `they differ in ${differ.join(', ')}, so one grant cannot say both: write via: role on one of the two, and the principal assumes its role for that`;
  }
  const whole = wish.namespaces.length === 0 || other.namespaces.length === 0;
  const all = [...new Set([...other.namespaces, ...wish.namespaces])].sort().join(', ');
  const text = whole ? 'without namespaces: one of them is for the whole cluster' : `with namespaces: [${all}]`;
  return `take ${wish.name} out, and write ${other.name} ${text}`;
}

const PARTS: readonly (readonly [key: string, of: (wish: Wish) => string])[] = [
  ['to', ({ to }) => JSON.stringify(to.map(principalKey).sort())],
  ['on', ({ on }) => JSON.stringify(on.map(({ arn }) => arn).sort())],
  ['access', ({ access }) => JSON.stringify(access)],
  ['expires', ({ expires }) => String(expires)],
  ['mechanism', ({ mechanism }) => mechanism],
];
