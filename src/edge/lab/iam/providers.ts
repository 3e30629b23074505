import { authorise, type Call, denied } from '../authorise.ts';
import type { ProviderDoc } from '../state/documents.ts';
import { cannotJudge } from '../state/gaps.ts';
import { accountScope } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { Fault } from '../wire/fault.ts';
import { checked, type Parameters, required } from '../wire/parameters.ts';
import { iamTime } from './make.ts';
import { ARN, alreadyExists, noSuchEntity, readTags, tagKeys, tagMap } from './rules.ts';
import { tagOperations } from './tag-operations.ts';

/** The operations on OIDC providers. */
export const PROVIDER_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateOpenIDConnectProvider: (call, parameters) => {
    const url = required(parameters, 'Url', { most: 255 });
    const tags = readTags(parameters);
    if (!/^https:\/\/[\w.-]+(\/[\w./~+=,@%-]*)?$/.test(url))
      throw new Fault('ValidationError', 400, 'Invalid Open ID Connect Provider URL');
    const place = url.slice('https://'.length).replace(/\/$/, '');
    const arn = `arn:${call.caller.partition}:iam::${call.caller.account}:oidc-provider/${place}`;
    authorise(call, { action: 'iam:CreateOpenIDConnectProvider', resource: arn, keys: tagKeys(tags) });
    const scope = accountScope(call.caller.account);
    if (call.lab.store.get(scope, 'provider', arn) !== undefined) {
      throw alreadyExists(`Provider with url ${url} already exists.`);
    }
    const document: ProviderDoc = {
      Arn: arn,
      Url: place,
      ClientIDList: parameters.list('ClientIDList'),
      ThumbprintList: thumbprints(parameters),
      CreateDate: iamTime(call.lab.now()),
      Tags: tags,
    };
    call.lab.store.commit({ scope, kind: 'provider', name: arn, document });
    return { OpenIDConnectProviderArn: arn, Tags: tags };
  },
  GetOpenIDConnectProvider: (call, parameters) => {
    const provider = asked(call, parameters);
    const { Arn: _, ...shown } = provider;
    return { ...shown, ClientIDList: clientIds(call, provider) };
  },
  ListOpenIDConnectProviders: (call) => {
    authorise(call, { action: 'iam:ListOpenIDConnectProviders', resource: '*' });
    const arns = call.lab.store.list(accountScope(call.caller.account), 'provider').map(({ Arn }) => ({ Arn }));
    return { OpenIDConnectProviderList: arns };
  },
  DeleteOpenIDConnectProvider: (call, parameters) => {
    const { Arn } = asked(call, parameters);
    call.lab.store.commit({ scope: accountScope(call.caller.account), kind: 'provider', name: Arn, document: null });
    return {};
  },
  AddClientIDToOpenIDConnectProvider: (call, parameters) => {
    const id = required(parameters, 'ClientID', { most: 255 });
    const provider = asked(call, parameters);
    put(call, { ...provider, ClientIDList: [...new Set([...clientIds(call, provider), id])] });
    return {};
  },
  RemoveClientIDFromOpenIDConnectProvider: (call, parameters) => {
    const id = required(parameters, 'ClientID', { most: 255 });
    const provider = asked(call, parameters);
    put(call, { ...provider, ClientIDList: clientIds(call, provider).filter((one) => one !== id) });
    return {};
  },
  UpdateOpenIDConnectProviderThumbprint: (call, parameters) => {
    const ThumbprintList = thumbprints(parameters);
    put(call, { ...asked(call, parameters), ThumbprintList });
    return {};
  },
  ...tagOperations('OpenIDConnectProvider', { asked, put }),
};

/** Which client IDs there are, of a provider out of an inventory, is in no answer that is collected. */
function clientIds(call: Call, { Arn, ClientIDList }: ProviderDoc): readonly string[] {
  if (ClientIDList !== undefined) return ClientIDList;
  throw denied(call, cannotJudge([{ what: `the client IDs of ${Arn}`, state: 'notCollected' }]));
}

/** Each is 40 characters; there are five at most (IAM API reference, thumbprintType, thumbprintListType). */
function thumbprints(parameters: Parameters): readonly string[] {
  const list = parameters.list('ThumbprintList').map((one) => checked(one, 'thumbprintList', { least: 40, most: 40 }));
  if (list.length > 5) throw new Fault('InvalidInput', 400, 'Thumbprint list must contain fewer than 5 entries.');
  return list;
}

function asked(call: Call, parameters: Parameters, keys: Readonly<Record<string, string | readonly string[]>> = {}): ProviderDoc {
  const arn = required(parameters, 'OpenIDConnectProviderArn', ARN);
  const provider = call.lab.store.get(accountScope(call.caller.account), 'provider', arn);
  authorise(call, { action: `iam:${call.operation}`, resource: arn, tags: tagMap(provider?.Tags), keys });
  if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}

function put({ lab, caller }: Call, document: ProviderDoc): void {
  lab.store.commit({ scope: accountScope(caller.account), kind: 'provider', name: document.Arn, document });
}
