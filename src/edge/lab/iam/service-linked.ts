import { randomUUID } from 'node:crypto';
import { authorise } from '../authorise.ts';
import { accountScope, clustersIn } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { Fault, notPlayed } from '../wire/fault.ts';
import { optional, required } from '../wire/parameters.ts';
import { principalGone } from './gone.ts';
import { holderArn, holderName, holderOf } from './holder.ts';
import { iamArn, newRole } from './make.ts';
import { noSuchEntity, placeOf } from './rules.ts';
import { shownRole } from './shown-role.ts';

interface Linked {
  /** Of its role. */
  readonly name: string;
  /** The policy of AWS that its role has. */
  readonly policy: string;
  /** Whether there may be several, told apart by a suffix. */
  readonly suffix?: boolean;
}

/** The services around EKS with the roles that they make for themselves (user guides: using service-linked roles). */
const SERVICES: Readonly<Record<string, Linked>> = {
  'eks.amazonaws.com': { name: 'AWSServiceRoleForAmazonEKS', policy: 'AmazonEKSServiceRolePolicy' },
  'eks-nodegroup.amazonaws.com': {
    name: 'AWSServiceRoleForAmazonEKSNodegroup',
    policy: 'AWSServiceRoleForAmazonEKSNodegroup',
  },
  'eks-fargate.amazonaws.com': {
    name: 'AWSServiceRoleForAmazonEKSForFargate',
    policy: 'AmazonEKSForFargateServiceRolePolicy',
  },
  'eks-connector.amazonaws.com': {
    name: 'AWSServiceRoleForAmazonEKSConnector',
    policy: 'AmazonEKSConnectorServiceRolePolicy',
  },
  'autoscaling.amazonaws.com': { name: 'AWSServiceRoleForAutoScaling', policy: 'AutoScalingServiceRolePolicy', suffix: true },
  'elasticloadbalancing.amazonaws.com': {
    name: 'AWSServiceRoleForElasticLoadBalancing',
    policy: 'AWSElasticLoadBalancingServiceRolePolicy',
  },
  'spot.amazonaws.com': { name: 'AWSServiceRoleForEC2Spot', policy: 'AWSEC2SpotServiceRolePolicy' },
};

/** The operations on the roles of services, which nobody else may change. */
export const SERVICE_LINKED_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateServiceLinkedRole: (call, parameters) => {
    const service = required(parameters, 'AWSServiceName', { most: 128, pattern: '[\\w+=,.@-]+' });
    const suffix = optional(parameters, 'CustomSuffix', { most: 64, pattern: '[\\w+=,.@-]+' });
    const description = optional(parameters, 'Description', { least: 0, most: 1000 });
    const linked = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
    if (linked === undefined) throw notPlayed(`the service-linked role of ${service}`);
    const name = suffix === undefined ? linked.name : `${linked.name}_${suffix}`;
    const path = `/aws-service-role/${service}/`;
    const resource = iamArn(call.caller, 'role', path, name);
    authorise(call, { action: 'iam:CreateServiceLinkedRole', resource, keys: { 'iam:AWSServiceName': service } });
    if (suffix !== undefined && linked.suffix !== true)
      throw new Fault('InvalidInput', 400, `Custom suffix is not allowed for ${service}`);
    const scope = accountScope(call.caller.account);
    if (call.lab.store.get(scope, 'role', name.toLowerCase()) !== undefined) {
      const text = `Service role name ${name} has been taken in this account, please try a different suffix.`;
      throw new Fault('InvalidInput', 400, text);
    }
    const role = newRole(placeOf(call), {
      ...{ path, name },
      ...(description === undefined ? {} : { description }),
      attached: [`arn:${call.caller.partition}:iam::aws:policy/aws-service-role/${linked.policy}`],
      trust: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
    });
    call.lab.store.commit({ scope, kind: 'role', name: name.toLowerCase(), document: role });
    return { Role: shownRole(role) };
  },
  DeleteServiceLinkedRole: (call, parameters) => {
    const name = holderName(call, 'Role', parameters);
    const where = holderArn(call, 'Role', name);
    const [, service = ''] = /:role\/aws-service-role\/([^/]+)\//.exec(where.resource) ?? [];
    const keys = service === '' ? {} : { 'iam:AWSServiceName': service };
    authorise(call, { action: 'iam:DeleteServiceLinkedRole', ...where, keys });
    const role = holderOf(call, 'Role', name);
    if (service === '') throw noSuchEntity(`The role with name ${name} is not the role of a service.`);
    const { store } = call.lab;
    const { account } = call.caller;
    const scope = accountScope(account);
    const used = service === 'eks.amazonaws.com' ? clustersIn(store.scopes()).filter((arn) => arn.includes(`:${account}:`)) : [];
    const task = `task/aws-service-role/${service}/${role.name}/${randomUUID()}`;
    const document = { value: JSON.stringify(used) };
    const roleId = store.get(scope, 'role', name.toLowerCase())?.RoleId ?? '';
    store.commit(
      { scope, kind: 'value', name: task, document },
      ...(used.length > 0
        ? []
        : [
            { scope, kind: 'role', name: name.toLowerCase(), document: null } as const,
            ...principalGone(call.lab, role.arn, roleId),
          ]),
    );
    return { DeletionTaskId: task };
  },
  GetServiceLinkedRoleDeletionStatus: (call, parameters) => {
    const task = required(parameters, 'DeletionTaskId', { most: 1000 });
    const [, , service = '', name = ''] = task.split('/');
    const resource = iamArn(call.caller, 'role', `/aws-service-role/${service}/`, name);
    authorise(call, { action: 'iam:GetServiceLinkedRoleDeletionStatus', resource });
    const kept = call.lab.store.get(accountScope(call.caller.account), 'value', task);
    if (kept === undefined) throw noSuchEntity(`The deletion task ${task} cannot be found.`);
    const Resources = JSON.parse(kept.value) as readonly string[];
    if (Resources.length === 0) return { Status: 'SUCCEEDED' };
    const usage = Resources.map((arn) => ({ Region: arn.split(':')[3], Resources: [arn] }));
    return { Status: 'FAILED', Reason: { Reason: 'The role is in use by a cluster.', RoleUsageList: usage } };
  },
};
