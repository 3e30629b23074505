import {
  type CompiledPolicy,
  compilePolicy,
  decide,
  derivedContext,
  type IamRequest,
  principalFromArn,
} from '../src/rules/iam/index.ts';
import { grouped, perSecond, type Row } from './row.ts';

const TARGET = 150_000;
const ROLE = 'arn:aws:iam::111111111111:role/eks-deployer';

const IDENTITY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::builds', 'arn:aws:s3:::builds/*'],
    },
    { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:PutImage'], Resource: '*' },
    { Effect: 'Allow', Action: 'logs:*', Resource: 'arn:aws:logs:eu-west-1:222222222222:log-group:/ci/*' },
    { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/break-glass-*' },
    {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Resource: ['arn:aws:iam::111111111111:role/eks-*', 'arn:aws:iam::333333333333:role/audit'],
    },
  ],
};

const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sts:AssumeRole',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } },
    },
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::333333333333:root' },
      Action: 'sts:AssumeRole',
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::333333333333:role/audit-*' },
      },
    },
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::222222222222:root' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: { 'sts:ExternalId': 'c0ffee' },
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/ci-*' },
        StringLike: { 'sts:RoleSessionName': `\${aws:PrincipalTag/team}-*` },
      },
    },
  ],
};

/** AssumeRole decisions a second on one core: requests of several callers, so that allows and denies of each kind take part. */
export function iamRow(rounds: number): Row {
  const identity = { policies: [compilePolicy(IDENTITY, { kind: 'identity', name: 'deploy' })], gaps: [] };
  const resourcePolicy = { policies: [compilePolicy(TRUST, { kind: 'trust', name: 'trust policy' })], gaps: [] };
  const requests = Array.from({ length: 64 }, (_, i): IamRequest<CompiledPolicy> => {
    const principal = principalFromArn(`arn:aws:sts::222222222222:assumed-role/ci-${i % 8}/platform-${i}`);
    const context = derivedContext(principal, {
      'aws:PrincipalOrgID': i % 16 === 0 ? 'o-another0001' : 'o-exampleorg1',
      'aws:PrincipalTag/team': 'platform',
      'sts:ExternalId': i % 4 === 0 ? 'wrong' : 'c0ffee',
      'sts:RoleSessionName': `platform-${i}`,
    });
    return {
      principal,
      action: 'sts:AssumeRole',
      resource: ROLE,
      resourceAccount: '111111111111',
      context,
      identity,
      boundary: null,
      session: null,
      scps: [],
      rcps: [],
      resourcePolicy,
    };
  });
  let allowed = 0;
  const rate = perSecond(rounds, (count) => {
    for (let i = 0; i < count; i++) {
      const request = requests[i % requests.length];
      if (request !== undefined && decide(request).decision === 'allow') allowed++;
    }
  });
  if (allowed === 0) throw new Error('no request was allowed: the bench measures the wrong thing');
  return {
    name: 'IAM decisions (AssumeRole, 5 + 3 statements)',
    measured: `${grouped(rate)}/s`,
    target: `≥ ${grouped(TARGET)}/s`,
    met: rate >= TARGET,
  };
}
