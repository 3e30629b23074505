import type { Step } from '../types.ts';
import { DOES } from '../words.ts';
import { clusterOf, namedIn, permissionSetOf } from './arns.ts';

/** A step in a few words, on one line: "make the role ci-deploys-my-app". */
export function describeStep({ verb, resource }: Step): string {
  switch (resource.kind) {
    case 'role':
      return `${DOES[verb]} the role ${namedIn(resource.arn).name}`;
    case 'inline-policy': {
      const set = permissionSetOf(resource.principalArn);
      const { kind, name } = namedIn(resource.principalArn);
      const holder = set === undefined ? `the ${kind} ${name}` : `the permission set ${set}`;
      return `${DOES[verb]} the inline policy ${resource.name} of ${holder}`;
    }
    case 'access-entry':
      return `${DOES[verb]} the access entry of ${resource.principalArn} on ${clusterOf(resource.clusterArn).name}`;
    case 'access-policy': {
      const policy = resource.policyArn.slice(resource.policyArn.lastIndexOf('/') + 1);
      const where = resource.namespaces.length === 0 ? 'the whole cluster' : resource.namespaces.join(', ');
      const what =
        verb === 'delete' ? `take the access policy ${policy} from` : `associate the access policy ${policy} (${where}) with`;
      return `${what} the entry of ${resource.principalArn} on ${clusterOf(resource.clusterArn).name}`;
    }
    case 'aws-auth-row':
      return `${DOES[verb]} the row of ${resource.arn} in ${resource.section} of aws-auth on ${clusterOf(resource.clusterArn).name}`;
    case 'rbac-object': {
      const { kind, metadata } = resource.manifest;
      const where = metadata.namespace === undefined ? '' : ` in ${metadata.namespace}`;
      return `${DOES[verb]} ${kind} ${metadata.name}${where} on ${clusterOf(resource.clusterArn).name}`;
    }
  }
}
