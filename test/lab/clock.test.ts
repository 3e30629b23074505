import { describe, expect, it } from 'vitest';
import { makeLab } from '../../src/edge/lab/lab.ts';
import { articleSeed } from '../../src/edge/lab/seed/article.ts';
import { authenticateToken } from '../../src/edge/lab/token-auth.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { as, labOf, NOW, query } from './make.ts';

const CI = '222222222222/ci-runner';
const HOUR = 3600_000;
const identity = { Action: 'GetCallerIdentity' };
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

/** A lab on a machine whose clock the test moves. */
function running() {
  let passed = 0;
  const lab = makeLab({ initial: articleSeed(NOW, false), now: () => later(passed) });
  return {
    lab,
    pass: (ms: number) => {
      passed += ms;
    },
    present: () => later(passed),
  };
}

describe('a clock that was moved, for clients that kept theirs', () => {
  it('a session ends as AWS words it, and who has a key of its own goes on', () => {
    const { lab, pass, present } = running();
    const [session, admin] = [as(lab, CI), as(lab, '111111111111/admin')];
    pass(2000);
    lab.moveClock(11 * HOUR);
    expect(query(lab, session, 'sts', identity, { at: present() }).status).toBe(200);
    lab.moveClock(HOUR);
    const ended = query(lab, session, 'sts', identity, { at: present() });
    expect(ended.status).toBe(403);
    expect(ended.body).toContain('ExpiredToken');
    expect(ended.body).toContain('The security token included in the request is expired');
    expect(query(lab, admin, 'sts', identity, { at: present() }).status).toBe(200);
  });

  it('a new session ends by the moved clock', () => {
    const { lab } = running();
    lab.moveClock(HOUR);
    const made = query(lab, as(lab, CI), 'sts', {
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app',
      RoleSessionName: 'build',
    });
    expect(made.body).toContain(
      later(2 * HOUR)
        .toISOString()
        .replace('.000Z', 'Z'),
    );
  });

  it('what was signed before the move is older by it, what was signed after is not', () => {
    const { lab, pass, present } = running();
    const admin = as(lab, '111111111111/admin');
    pass(5000);
    lab.moveClock(10 * 60_000);
    expect(query(lab, admin, 'sts', identity, { at: NOW }).body).toContain('Signature expired');
    expect(query(lab, admin, 'sts', identity, { at: present() }).status).toBe(200);
    pass(6 * 60_000);
    expect(query(lab, admin, 'sts', identity, { at: later(5000) }).body).toContain('Signature expired');
  });

  it('a token for a cluster ages with it, and a fresh one works', () => {
    const { lab, pass, present } = running();
    const place = {
      arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/prod',
      name: 'prod',
      partition: 'aws',
      region: 'eu-west-1',
      labOrigins: ['http://127.0.0.1:4640'],
      awsAuth: () => null,
    };
    const token = () =>
      eksToken({
        cluster: 'prod',
        credentials: as(lab, '111111111111/admin'),
        endpoint: { url: 'http://127.0.0.1:4640', signingRegion: 'eu-west-1' },
        at: present(),
      });
    const old = token();
    pass(5000);
    lab.moveClock(14 * 60_000);
    expect(authenticateToken(lab, place, old)).toMatchObject({ ok: true });
    lab.moveClock(60_000);
    expect(authenticateToken(lab, place, old)).toMatchObject({ ok: false, reason: expect.stringContaining('expired') });
    expect(authenticateToken(lab, place, token())).toMatchObject({ ok: true });
  });

  it('conditions on the date see the moved clock', () => {
    const until = later(HOUR).toISOString();
    const lab = labOf();
    const admin = as(lab, '333333333333/admin');
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThan: { 'aws:CurrentTime': until } } };
    query(lab, admin, 'iam', {
      Action: 'PutUserPolicy',
      UserName: 'admin',
      PolicyName: 'until',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
    });
    expect(query(lab, admin, 'iam', { Action: 'ListRoles' }).status).toBe(200);
    lab.moveClock(2 * HOUR);
    expect(query(lab, admin, 'iam', { Action: 'ListRoles' }).body).toContain('explicit deny');
  });

  it('a state that knows only how far it was moved is read', () => {
    const initial = [
      ...articleSeed(NOW, false),
      { scope: 'lab', kind: 'value', name: 'clock', document: { value: '60000' } } as const,
    ];
    const lab = makeLab({ initial, now: () => NOW });
    lab.moveClock(1000);
    expect(lab.now()).toEqual(later(61_000));
    expect(query(lab, as(lab, CI), 'sts', identity, { at: NOW }).status).toBe(200);
  });
});
