import { describe, expect, it } from 'vitest';
import { answer } from '../../src/edge/lab/answer.ts';
import { issuerTokens } from '../../src/edge/lab/issuer.ts';
import { makeRequest } from '../../src/edge/lab/server.ts';
import { as, credentialsIn, labOf, NOW, query } from './make.ts';

type Lab = ReturnType<typeof labOf>;
const ARN = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';
const SUBJECT = 'system:serviceaccount:my-app-ns:web';
const NOON = NOW.getTime() / 1000;

function issuerOf(lab: Lab): string {
  const identity = lab.store.get(`cluster:${ARN}`, 'cluster', ARN)?.cluster['identity'];
  return (identity as { oidc: { issuer: string } }).oidc.issuer;
}

/** A lab whose account 222222222222 trusts the service account `web` of the cluster. */
function trusting(clients = 'sts.amazonaws.com'): { readonly lab: Lab; readonly token: (claims?: object) => string } {
  const lab = labOf();
  const issuer = issuerOf(lab);
  const host = issuer.slice('https://'.length);
  const admin = as(lab, '222222222222/admin');
  const made = query(lab, admin, 'iam', { Action: 'CreateOpenIDConnectProvider', Url: issuer, 'ClientIDList.member.1': clients });
  expect(made.status).toBe(200);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::222222222222:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${host}:sub`]: SUBJECT, [`${host}:aud`]: 'sts.amazonaws.com' } },
      },
    ],
  };
  query(lab, admin, 'iam', { Action: 'CreateRole', RoleName: 'web', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const tokens = issuerTokens(lab.store, issuer);
  return { lab, token: (claims = {}) => tokens.sign({ sub: SUBJECT, aud: ['sts.amazonaws.com'], exp: NOON + 600, ...claims }) };
}

function become(lab: Lab, token: string) {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::222222222222:role/web',
    RoleSessionName: 'pod',
    WebIdentityToken: token,
  });
  const headers = [
    ['host', 'x'],
    ['accept', 'application/json'],
  ] as const;
  const { status, body: text } = answer(lab, makeRequest('POST', '/', '', headers, Buffer.from(body.toString())));
  return { status, body: text, json: JSON.parse(text) as unknown };
}

describe('AssumeRoleWithWebIdentity', () => {
  it('gives a service account of a cluster the role that trusts it', () => {
    const { lab, token } = trusting();
    const made = become(lab, token());
    expect(made.json).toMatchObject({
      AssumeRoleWithWebIdentityResponse: {
        AssumeRoleWithWebIdentityResult: { SubjectFromWebIdentityToken: SUBJECT, Audience: 'sts.amazonaws.com' },
      },
    });
    expect(query(lab, credentialsIn(made.json), 'sts', { Action: 'GetCallerIdentity' }).body).toContain('assumed-role/web/pod');
  });

  it.each([
    [
      'another subject',
      { sub: 'system:serviceaccount:my-app-ns:other' },
      403,
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ],
    ['another audience', { aud: 'other' }, 400, 'Incorrect token audience'],
    ['a token that has run out', { exp: NOON }, 400, 'ExpiredTokenException'],
    ['a token without subject', { sub: 1 }, 400, 'InvalidIdentityToken'],
  ])('%s is refused', (_, claims, status, text) => {
    const { lab, token } = trusting();
    expect(become(lab, token(claims))).toMatchObject({ status, body: expect.stringContaining(text) });
  });

  it('a token that was altered, and one that nobody signed, are refused', () => {
    const { lab, token } = trusting();
    const [head = '', , signature = ''] = token().split('.');
    const other = Buffer.from(
      JSON.stringify({ iss: issuerOf(lab), sub: SUBJECT, aud: 'sts.amazonaws.com', exp: NOON + 9999 }),
    ).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const bad of [`${head}.${other}.${signature}`, `${none}.${other}.`, 'a.b.c', 'nothing at all']) {
      expect(become(lab, bad).status).toBe(400);
    }
  });

  it('without a provider in the account of the role it is refused', () => {
    const { lab, token } = trusting();
    const arn = `arn:aws:iam::222222222222:oidc-provider/${issuerOf(lab).slice('https://'.length)}`;
    query(lab, as(lab, '222222222222/admin'), 'iam', { Action: 'DeleteOpenIDConnectProvider', OpenIDConnectProviderArn: arn });
    expect(become(lab, token()).body).toContain('No OpenIDConnect provider found in your account');
  });
});
