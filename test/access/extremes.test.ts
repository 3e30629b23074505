import { describe, expect, test } from 'vitest';
import { arn, ask, statement, trusts, via, world } from './world.ts';

const A = '111111111111';
const START = arn(A, 'start');
const END = arn(A, 'end');

describe('a thousand bindings that each name a session of one role', () => {
  const name = (i: number): string => `run-${i}`;
  const objects = Array.from({ length: 1000 }, (_, i) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: name(i), namespace: 'web' },
    roleRef: { kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', name: `ci:${name(i)}` }],
  }));
  const cluster = { mode: 'CONFIG_MAP', mapRoles: `- rolearn: ${END}\n  username: ci:{{SessionName}}\n`, objects };
  const asked = (condition?: unknown) => {
    const trust = trusts(START, condition === undefined ? {} : { Condition: condition });
    const start = { trust: trusts(arn(A, 'nobody')), allow: [statement({ Resource: '*' })] };
    return ask(world({ roles: { [A]: { start, end: { trust } } }, cluster }), { as: START, path: via(END) });
  };

  test('are an allow if the session is called as one of them says', () => {
    const answer = asked();
    expect(answer).toMatchObject({ decision: 'allow', firm: false });
    expect(answer.conditions).toMatchObject([{ key: 'sts:RoleSessionName', example: `sts:RoleSessionName=${name(0)}` }]);
  });

  test('are no denial where another hop wants one of those that are not told apart', () => {
    const answer = asked({ StringEquals: { 'sts:RoleSessionName': name(999) } });
    expect(answer.decision).toBe('unknown');
    expect(answer.gaps).toMatchObject([{ id: 'too-many-ways' }]);
  });
});
