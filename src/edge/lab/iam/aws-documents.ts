/** A managed policy of AWS, as `aws iam get-policy-version` shows it. */
export interface AwsDocument {
  readonly version: string;
  readonly createDate: string;
  readonly document: unknown;
}

const autoscaling = ['DescribeAutoScalingGroups', 'UpdateAutoScalingGroup'];

const ec2 = [
  ...['AttachVolume', 'AuthorizeSecurityGroupIngress', 'CreateRoute', 'CreateSecurityGroup', 'CreateTags', 'CreateVolume'],
  ...['DeleteRoute', 'DeleteSecurityGroup', 'DeleteVolume', 'DescribeInstances', 'DescribeRouteTables'],
  ...['DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVolumes', 'DescribeVolumesModifications', 'DescribeVpcs'],
  ...['DescribeDhcpOptions', 'DescribeNetworkInterfaces', 'DescribeAvailabilityZones', 'DetachVolume'],
  ...['ModifyInstanceAttribute', 'ModifyVolume', 'RevokeSecurityGroupIngress', 'DescribeAccountAttributes'],
  ...['DescribeAddresses', 'DescribeInternetGateways', 'DescribeInstanceTopology'],
];

const elasticloadbalancing = [
  ...['AddTags', 'ApplySecurityGroupsToLoadBalancer', 'AttachLoadBalancerToSubnets', 'ConfigureHealthCheck'],
  ...['CreateListener', 'CreateLoadBalancer', 'CreateLoadBalancerListeners', 'CreateLoadBalancerPolicy', 'CreateTargetGroup'],
  ...['DeleteListener', 'DeleteLoadBalancer', 'DeleteLoadBalancerListeners', 'DeleteTargetGroup'],
  ...['DeregisterInstancesFromLoadBalancer', 'DeregisterTargets', 'DescribeListeners', 'DescribeLoadBalancerAttributes'],
  ...['DescribeLoadBalancerPolicies', 'DescribeLoadBalancers', 'DescribeTargetGroupAttributes', 'DescribeTargetGroups'],
  ...['DescribeTargetHealth', 'DetachLoadBalancerFromSubnets', 'ModifyListener', 'ModifyLoadBalancerAttributes'],
  ...['ModifyTargetGroup', 'ModifyTargetGroupAttributes', 'RegisterInstancesWithLoadBalancer', 'RegisterTargets'],
  ...['SetLoadBalancerPoliciesForBackendServer', 'SetLoadBalancerPoliciesOfListener'],
];

/**
 * The managed policies of AWS whose documents the lab holds, by name: the administrator's, and the one that people take for
 * access to clusters and that has no `eks:` action at all (AWS managed policy reference; version v9 of February 2026).
 */
export const AWS_DOCUMENTS: Readonly<Record<string, AwsDocument>> = {
  AdministratorAccess: {
    version: 'v1',
    createDate: '2015-02-06T18:39:46+00:00',
    document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  },
  AmazonEKSClusterPolicy: {
    version: 'v9',
    createDate: '2026-02-11T22:21:13+00:00',
    document: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AmazonEKSClusterPolicy',
          Effect: 'Allow',
          Action: [
            ...Object.entries({ autoscaling, ec2, elasticloadbalancing }).flatMap(([service, actions]) =>
              actions.map((action) => `${service}:${action}`),
            ),
            'kms:DescribeKey',
          ],
          Resource: '*',
        },
        {
          Sid: 'AmazonEKSClusterPolicySLRCreate',
          Effect: 'Allow',
          Action: 'iam:CreateServiceLinkedRole',
          Resource: '*',
          Condition: { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
        },
        {
          Sid: 'AmazonEKSClusterPolicyENIDelete',
          Effect: 'Allow',
          Action: 'ec2:DeleteNetworkInterface',
          Resource: '*',
          Condition: { StringEquals: { 'ec2:ResourceTag/eks:eni:owner': 'amazon-vpc-cni' } },
        },
      ],
    },
  },
};
