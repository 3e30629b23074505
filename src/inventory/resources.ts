import { partitionOfRegion } from '../rules/arn/index.ts';
import type { PolicyDocument } from './model.ts';
import { missingPolicy, readPolicy } from './policy.ts';
import { parseSource } from './text/parse.ts';
import { flatten, originOf, type Place, rootOf, under } from './text/place.ts';
import type { Report } from './text/report.ts';
import type { Source } from './text/source.ts';
import { asText, describeValue, isFields } from './text/values.ts';

/** What a file's path says: `accounts/ID/SERVICE/REGION/NAME….json`. */
interface Context {
  readonly account: string;
  readonly service: string;
  readonly region: string;
  readonly name: string;
}

/** The policies of repositories, secrets and keys by resource ARN; a resource known to have none has an empty document. */
export function readResourcePolicies(
  account: string,
  sources: readonly Source[],
  report: Report,
): ReadonlyMap<string, PolicyDocument> {
  const policies = new Map<string, PolicyDocument>();
  for (const source of sources) {
    const [service = '', region = '', ...rest] = source.path.split('/').slice(2);
    const name = rest.join('/').replace(/(\/policy)?\.(json|ya?ml)$/, '');
    const context = { account, service, region, name };
    const content = parseSource(source, report);
    if (content.failure !== undefined) {
      const arn = arnOf(context);
      if (arn === undefined) continue;
      const nothing: Place = {
        document: { file: source.path, path: [], ambiguous: [] },
        at: null,
        value: undefined,
      };
      const { state, why } = content.failure;
      if (state === 'absent') policies.set(arn, none(arn, nothing));
      else policies.set(arn, missingPolicy(nothing, nameOf(arn, account), { state, what: `the policy of ${arn} (${why})` }));
      continue;
    }
    for (const page of content.documents.flatMap((document) => flatten(rootOf(document)))) {
      if (!readPage(policies, page, context, report)) {
        const message = `the policy of a resource of ${service} is expected; this is ${describeValue(page.value)}`;
        report.add({ code: 'wrong-kind', message, file: source.path });
      }
    }
  }
  return policies;
}

function readPage(policies: Map<string, PolicyDocument>, page: Place, context: Context, report: Report): boolean {
  const { value } = page;
  if (!isFields(value)) return false;
  const arn = asText(value.ARN) ?? arnOf(withName(context, asText(value.repositoryName)));
  // describe-repositories, describe-secret, describe-key: no policy in it, and nothing wrong with it.
  if ('repositories' in value || 'KeyMetadata' in value) return true;
  if (arn === undefined) return false;
  const account = arn.split(':')[4];
  if (account !== context.account) {
    report.add({ code: 'account-mismatch', message: `${arn} is not of account ${context.account}`, file: page.document.file });
    return true;
  }
  const key = ['policyText', 'ResourcePolicy', 'Policy'].find((name) => name in value);
  if (key !== undefined) policies.set(arn, readPolicy(under(page, key), nameOf(arn, context.account), report));
  else if ('Statement' in value) policies.set(arn, readPolicy(page, nameOf(arn, context.account), report));
  else if ('ARN' in value && 'Name' in value) policies.set(arn, none(arn, page));
  else return false;
  return true;
}

function withName(context: Context, name: string | undefined): Context {
  return name === undefined ? context : { ...context, name };
}

/** GetRepositoryPolicy and GetKeyPolicy do not tell an ARN; account, region and name stand in the folder's names then. */
function arnOf({ account, service, region, name }: Context): string | undefined {
  const partition = partitionOfRegion(region);
  const kind = { ecr: 'repository/', kms: 'key/', secretsmanager: 'secret:' }[service];
  if (partition === undefined || kind === undefined || name === '') return undefined;
  return `arn:${partition}:${service}:${region}:${account}:${kind}${name}`;
}

function nameOf(arn: string, account: string): { readonly name: string; readonly side: string; readonly id: string } {
  const kind = arn.includes(':kms:') ? 'key policy' : arn.includes(':ecr:') ? 'repository policy' : 'resource policy';
  return { name: kind, side: account, id: `resource-policy:${arn}` };
}

/** Secrets Manager leaves ResourcePolicy out when there is none (botocore GetResourcePolicy); ECR answers RepositoryPolicyNotFound. */
function none(arn: string, place: Place): PolicyDocument {
  return { name: nameOf(arn, '').name, document: { Version: '2012-10-17', Statement: [] }, origin: originOf(place) };
}
