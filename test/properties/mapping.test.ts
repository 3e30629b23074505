import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Gap, missing } from '../../src/base/index.ts';
import { type AccessEntry, type MappingSource, mapIdentity, type StsIdentity } from '../../src/rules/eks/index.ts';
import { type MappingCase, mapped, text } from '../oracle/mapping.ts';
import { everyOutcome } from '../oracle/open-point.ts';
import { mappingWorld } from './mapping-worlds.ts';
import { holds } from './runs.ts';

function sourceOf(world: MappingCase): MappingSource {
  const entries = world.accessEntries.map(
    ({ kubernetesGroups, ...entry }): AccessEntry => ({
      ...entry,
      groups: kubernetesGroups,
      policies: { state: 'collected', value: [] },
    }),
  );
  return {
    mode: world.authenticationMode,
    awsAuth: { state: 'collected', value: world.awsAuth === null ? null : { data: world.awsAuth } },
    accessEntries: { state: 'collected', value: entries },
    ...(world.creator === undefined ? {} : { creator: world.creator }),
    ...(world.ec2PrivateDnsNames === undefined ? {} : { ec2PrivateDnsNames: world.ec2PrivateDnsNames }),
  };
}

function identityOf({ caller }: MappingCase): StsIdentity {
  const sessionName = caller.arn.includes(':assumed-role/') ? caller.arn.slice(caller.arn.lastIndexOf('/') + 1) : undefined;
  return {
    arn: caller.arn,
    account: caller.accountId,
    accessKeyId: caller.accessKeyId,
    uniqueId: caller.uniqueId,
    createDate: caller.createDate,
    ...(sessionName === undefined ? {} : { sessionName, roleArn: caller.principalArn }),
  };
}

/** The answer as a line; one that names a gap is not firm, whatever it says so far. */
function engine(source: MappingSource, identity: StsIdentity): string {
  const { result, username, groups, by, gaps } = mapIdentity(source, identity);
  if (gaps.length > 0) return 'unknown';
  if (result !== 'mapped') return result;
  return by === 'creator' ? 'mapped creator' : text(by ?? 'nothing', username ?? '', groups);
}

const gap = (what: string): Gap & { readonly state: 'notCollected' } => ({ kind: 'gap', id: what, state: 'notCollected', what });

describe('eks mapping', () => {
  it('maps as a plain reading of the rules does', () => {
    holds(
      700,
      fc.property(mappingWorld, (world) => {
        const outcomes = everyOutcome((choose) => mapped(world, choose)) ?? new Set<string>();
        fc.pre(outcomes.size > 0);
        const answer = engine(sourceOf(world), identityOf(world));
        if (outcomes.size === 1) expect(answer).toBe([...outcomes][0]);
        // Where the facts leave it open, a mapping must be one that they permit; that it cannot be told is always right.
        else if (answer !== 'unknown') expect([...outcomes]).toContain(answer);
      }),
    );
  });

  it('never maps or refuses otherwise because evidence is hidden', () => {
    const hidden = fc.subarray(['awsAuth', 'accessEntries', 'creator', 'roleArn', 'uniqueId', 'createDate', 'ec2'] as const, {
      minLength: 1,
    });
    holds(
      500,
      fc.property(mappingWorld, hidden, (world, parts) => {
        const source = sourceOf(world);
        const identity = identityOf(world);
        const whole = engine(source, identity);
        fc.pre(whole !== 'unknown');
        // That a principal was made again is a proof against an entry; nobody who lacks it must doubt every entry (cases/README.md).
        const madeAgain = world.accessEntries.some((entry) => Date.parse(entry.createdAt) < Date.parse(world.caller.createDate));
        fc.pre(!madeAgain || !(parts.includes('uniqueId') || parts.includes('createDate')));
        // Nor must it doubt that a role of unknown path is the one that an entry without path names (case M210).
        fc.pre(!(parts.includes('roleArn') && world.caller.principalArn.includes(':role/team/')));
        const { creator, ec2PrivateDnsNames, ...kept } = source;
        const lessSource: MappingSource = {
          ...kept,
          ...(parts.includes('awsAuth') ? { awsAuth: missing(gap('aws-auth')) } : {}),
          ...(parts.includes('accessEntries') ? { accessEntries: missing(gap('entries')) } : {}),
          ...(creator === undefined || parts.includes('creator') ? {} : { creator }),
          ...(ec2PrivateDnsNames === undefined || parts.includes('ec2') ? {} : { ec2PrivateDnsNames }),
        };
        const { roleArn, uniqueId, createDate, ...bare } = identity;
        const lessIdentity: StsIdentity = {
          ...bare,
          ...(roleArn === undefined || parts.includes('roleArn') ? {} : { roleArn }),
          ...(uniqueId === undefined || parts.includes('uniqueId') ? {} : { uniqueId }),
          ...(createDate === undefined || parts.includes('createDate') ? {} : { createDate }),
        };
        const less = engine(lessSource, lessIdentity);
        if (less !== 'unknown') expect(less).toBe(whole);
      }),
    );
  });
});
