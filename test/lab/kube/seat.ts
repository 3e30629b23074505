import { createHmac } from 'node:crypto';
import type { ClusterSeat, KubernetesLogEntry, KubernetesObject, ObjectChange } from '../../../src/edge/lab/index.ts';
import type { AssociatedPolicy } from '../../../src/rules/eks/index.ts';

/** A caller of the tests, by its token. */
export interface TestUser {
  /** The token, where it says nothing else. */
  readonly username?: string;
  readonly groups?: readonly string[];
  readonly policies?: readonly AssociatedPolicy[];
}

/** A seat whose tokens are the names of users, with everything that it was told. */
export interface TestSeat extends ClusterSeat {
  readonly logged: KubernetesLogEntry[];
  readonly kept: ObjectChange[];
  /** Moves the clock, in seconds. */
  readonly pass: (seconds: number) => void;
}

export const ADMIN = 'admin';

/** Makes a seat; `admin` is in system:masters. */
export function testSeat(
  users: Readonly<Record<string, TestUser>> = {},
  objects: readonly KubernetesObject[] = [],
  version = '1.33',
): TestSeat {
  const known = new Map<string, TestUser>([[ADMIN, { groups: ['system:masters'] }], ...Object.entries(users)]);
  const logged: KubernetesLogEntry[] = [];
  const kept: ObjectChange[] = [];
  let now = Date.parse('2026-11-25T12:00:00Z');
  const mac = (text: string): string => createHmac('sha256', 'test').update(text).digest('base64url');
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/prod',
    name: 'prod',
    account: '111111111111',
    region: 'eu-west-1',
    partition: 'aws',
    version: () => version,
    endpoint: () => 'https://127.0.0.1:6443',
    objects,
    logged,
    kept,
    pass: (seconds) => {
      now += seconds * 1000;
    },
    authenticate: (token) => {
      const user = known.get(token);
      if (user === undefined) return { ok: false, reason: 'no such user' };
      return {
        ok: true,
        identity: { arn: `arn:aws:iam::111111111111:user/${token}`, account: '111111111111' },
        user: {
          username: user.username ?? token,
          uid: `aws-iam-authenticator:111111111111:${token}`,
          groups: user.groups ?? [],
          extra: { arn: [`arn:aws:iam::111111111111:user/${token}`] },
          policies: user.policies ?? [],
          holder: {},
        },
      };
    },
    serviceAccountTokens: {
      issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/TEST',
      sign: (claims) => {
        const text = `${part({ alg: 'HS256' })}.${part({ ...claims, iss: 'https://oidc.eks.eu-west-1.amazonaws.com/id/TEST' })}`;
        return `${text}.${mac(text)}`;
      },
      verify: (token) => {
        const [head, body = '', signature] = token.split('.');
        return signature === mac(`${head}.${body}`) ? JSON.parse(Buffer.from(body, 'base64url').toString()) : undefined;
      },
    },
    now: () => new Date(now),
    log: (entry) => {
      logged.push(entry);
    },
    keep: (change) => {
      kept.push(change);
    },
  };
}
