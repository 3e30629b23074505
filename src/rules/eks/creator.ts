import type { Gap } from '../../base/index.ts';
import { canonicalArn, parseArn, stripPath } from '../arn/index.ts';
import type { Caller } from './caller.ts';
import type { MappingSource } from './types.ts';

/** Whether the caller made the cluster. */
export type CreatorMatch = { readonly state: 'yes' } | { readonly state: 'no' } | { readonly state: 'maybe'; readonly gap: Gap };

/**
 * Whether the caller made the cluster. For a role the role counts and not the session (facts §2.7). No API tells the
 * creator; only a principal of the cluster's account can be it.
 */
export function matchCreator(source: MappingSource, caller: Caller): CreatorMatch {
  const cluster = source.cluster === undefined ? undefined : parseArn(source.cluster);
  if (source.creator === undefined) {
    if (cluster !== undefined && cluster.account !== caller.principalAccount) return { state: 'no' };
    return { state: 'maybe', gap: creatorGap(source, `whether ${caller.canonical} created the cluster`, 'notCollected') };
  }
  const creator = canonicalArn(source.creator);
  const given = 'error' in creator ? source.creator : creator.arn;
  if (stripPath(given) !== stripPath(caller.canonical)) return { state: 'no' };
  const whole = caller.principalArn;
  if (whole === undefined || whole === given || stripPath(given) === given || stripPath(whole) === whole) return { state: 'yes' };
  // Two paths of one name: one of the two roles is gone, and whether EKS tells them apart is written nowhere.
  return {
    state: 'maybe',
    gap: creatorGap(source, `whether ${whole} is still the ${given} that created the cluster`, 'unjudged'),
  };
}

function creatorGap(source: MappingSource, what: string, state: Gap['state']): Gap {
  const gap: Gap = { kind: 'gap', id: `eks-creator:${source.cluster ?? ''}`, state, what };
  if (state === 'unjudged') return gap;
  const command = 'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateCluster';
  return { ...gap, command, ...(source.cluster === undefined ? {} : { side: source.cluster }) };
}
