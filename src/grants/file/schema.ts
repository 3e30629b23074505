import { z } from 'zod';

/** Names become parts of ARNs, labels and groups: DNS labels fit everywhere (Kubernetes label values, IAM role names). */
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const name = (what: string) => z.string().regex(NAME).min(1).max(63).describe(`${what}: a-z, 0-9 and "-", at most 63.`);

const text = z.string().min(1);
const texts = z.array(text).min(1);
const oneOrMore = z.union([text, texts]);

const account = z.strictObject({
  id: z
    .string()
    .regex(/^\d{12}$/)
    .describe('12 digits, in quotes: a leading 0 is lost without them.'),
  credentials: z
    .strictObject({ role: text.describe('Name or ARN of a role in that account that whoever runs Causeway may assume.') })
    .optional()
    .describe('How to get in. Absent, and no --credentials either: its part is handed over to its owner.'),
});

const cluster = z.strictObject({
  account: text.describe('A name under accounts.'),
  region: text,
  name: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/),
  labels: z.record(text, z.string()).optional().describe('For `on: { labels: … }`; they mean nothing to AWS.'),
});

const github = z
  .strictObject({
    repo: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/)
      .describe('OWNER/REPOSITORY.'),
    environment: text.optional(),
    ref: z
      .string()
      .regex(/^refs\//)
      .optional()
      .describe('refs/heads/main, refs/tags/v1.'),
    ownerId: z.union([text, z.int()]).optional().describe('With repoId: for repositories whose claims carry the ids.'),
    repoId: z.union([text, z.int()]).optional(),
  })
  .describe('Jobs of GitHub Actions: those of one environment, or those of one ref.');

const serviceAccount = {
  cluster: text.describe('A name under clusters, or the ARN of another cluster.'),
  namespace: text,
  serviceAccount: text,
};

/** Exactly one of the keys of an object; the JSON Schema says it with the number of properties. */
const ONE_OF = { minProperties: 1, maxProperties: 1 };

const principal = z.union([
  text.describe('ARN of a role or user.'),
  z
    .strictObject({
      sso: z
        .strictObject({
          permissionSet: z.string().regex(/^[\w+=,.@-]{1,32}$/),
          account: text.describe('A name under accounts, or an account id.'),
        })
        .optional()
        .describe('A permission set of IAM Identity Center, as it is in one account.'),
      github: github.optional(),
      irsa: z
        .strictObject({
          ...serviceAccount,
          issuer: z
            .url({ protocol: /^https$/ })
            .optional()
            .describe('OIDC issuer of that cluster, where the inventory lacks it.'),
        })
        .optional()
        .describe("A service account of another cluster, by that cluster's OIDC issuer."),
      podIdentity: z
        .strictObject({ ...serviceAccount, role: text.describe('ARN of the role of the Pod Identity association.') })
        .optional()
        .describe('A service account of another cluster, by EKS Pod Identity.'),
    })
    .meta(ONE_OF),
]);

const rule = z.strictObject({
  apiGroups: z.array(z.string()).optional(),
  resources: texts.optional(),
  resourceNames: texts.optional(),
  nonResourceURLs: texts.optional(),
  verbs: texts,
});

const access = z.union([
  z
    .enum(['view', 'audit', 'edit', 'admin', 'cluster-admin'])
    .describe(
      "audit: view and nodes, volumes, storage classes, RBAC objects and CRDs, no Secrets; the others are Kubernetes' own.",
    ),
  z
    .strictObject({
      clusterRole: text.optional().describe('A ClusterRole that the cluster has.'),
      policy: z.string().regex(/^\w+$/).optional().describe('An EKS access policy: AmazonEKSEditPolicy.'),
      rules: z.array(rule).min(1).optional().describe('Rules as in a ClusterRole.'),
    })
    .meta(ONE_OF),
]);

const requirements = z.strictObject({
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/)
    .optional(),
  mfa: z.literal(true).optional().describe("Users alone can bring it: a role's session carries no MFA."),
  sourceIdentity: z
    .union([z.literal('caller'), oneOrMore])
    .optional()
    .describe('caller: the name of the user, or of the session that the role has; else one of these texts.'),
  organization: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/)
    .optional(),
  sourceIp: oneOrMore.optional().describe('Addresses or ranges (CIDR) that the call of STS comes from.'),
  vpcEndpoint: oneOrMore.optional().describe('VPC endpoints of STS that the call comes through.'),
  sessionName: z
    .literal('caller')
    .optional()
    .describe("The session's name is the caller's: the user's, or that of the session that the role has."),
});

const grant = z.strictObject({
  name: name('Name of the grant'),
  to: z.union([principal, z.array(principal).min(1)]).describe('Whom: one, or a list.'),
  on: z
    .union([text, texts, z.strictObject({ labels: z.record(text, z.string()) })])
    .describe('Clusters: a name, a list of names, or labels that they all have.'),
  access,
  namespaces: texts.optional().describe('Absent: the whole cluster.'),
  via: z
    .enum(['role', 'direct'])
    .optional()
    .describe(
      'role (else): a role in the account of the cluster, which the principal assumes. direct: the cluster names the principal.',
    ),
  require: requirements.optional().describe('What a call must bring; only a role can ask for it.'),
  session: z
    .string()
    .regex(/^\d+(h|m)$/)
    .optional()
    .describe('Longest session of the role: 1h (else) to 12h.'),
  expires: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/)
    .optional()
    .describe('Access ends at this moment; a date alone means 00:00 UTC.'),
  mechanism: z
    .enum(['auto', 'entry-policy', 'entry-group', 'aws-auth'])
    .optional()
    .describe(
      'How the cluster learns of it. auto (else): an access policy where it says exactly the same, else a group and a binding.',
    ),
});

/** The grants file as it is written; schema/grants.schema.json is made from it. */
export const grantsFile = z
  .strictObject({
    name: name("The owner's mark on everything that this file makes"),
    accounts: z.record(name('Name of an account'), account),
    clusters: z.record(name('Name of a cluster'), cluster),
    grants: z.array(grant),
  })
  .meta({ title: 'Grants file of Causeway (causeway.yaml)' });

/** The same as types. */
export type WrittenFile = z.infer<typeof grantsFile>;
export type WrittenGrant = WrittenFile['grants'][number];
export type WrittenPrincipal = Exclude<z.infer<typeof principal>, string>;
export type WrittenAccess = z.infer<typeof access>;
export type WrittenRequirements = z.infer<typeof requirements>;
