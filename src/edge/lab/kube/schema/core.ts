import type { Messages } from './messages.ts';

/**
 * Messages of the core kinds that hold no pods, of RBAC, leases and the reviews.
 *
 * Numbers, names and list keys are those of kubernetes/api (types.go and generated.proto of the v1 packages, July 2026).
 */
export const CORE: Messages = {
  Namespace: '1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status NamespaceStatus',
  NamespaceSpec: '1 finalizers string*',
  NamespaceStatus: '1 phase string, 2 conditions NamespaceCondition*type',
  NamespaceCondition: '1 type string, 2 status string, 4 lastTransitionTime Time, 5 reason string, 6 message string',
  ConfigMap: '1 metadata ObjectMeta, 4 immutable bool?, 2 data {string}, 3 binaryData {bytes}',
  Secret: '1 metadata ObjectMeta, 5 immutable bool?, 2 data {bytes}, 4 stringData {string}, 3 type string',
  ServiceAccount:
    '1 metadata ObjectMeta, 2 secrets ObjectReference*name, 3 imagePullSecrets LocalObjectReference*, ' +
    '4 automountServiceAccountToken bool?',
  ObjectReference:
    '1 kind string, 2 namespace string, 3 name string, 4 uid string, 5 apiVersion string, 6 resourceVersion string, ' +
    '7 fieldPath string',
  LocalObjectReference: '1 name string',
  Service: '1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status ServiceStatus',
  ServiceSpec:
    '1 ports ServicePort*port+protocol, 2 selector {string}, 3 clusterIP string, 18 clusterIPs string*, 4 type string, ' +
    '5 externalIPs string*, 7 sessionAffinity string, 8 loadBalancerIP string, 9 loadBalancerSourceRanges string*, ' +
    '10 externalName string, 11 externalTrafficPolicy string, 12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, ' +
    '14 sessionAffinityConfig SessionAffinityConfig?, 19 ipFamilies string*, 17 ipFamilyPolicy string?, ' +
    '20 allocateLoadBalancerNodePorts bool?, 21 loadBalancerClass string?, 22 internalTrafficPolicy string?, ' +
    '23 trafficDistribution string?',
  ServicePort: '1 name string, 2 protocol string, 6 appProtocol string?, 3 port int, 4 targetPort IntOrString, 5 nodePort int',
  SessionAffinityConfig: '1 clientIP ClientIPConfig?',
  ClientIPConfig: '1 timeoutSeconds int?',
  ServiceStatus: '1 loadBalancer LoadBalancerStatus, 2 conditions Condition*type',
  LoadBalancerStatus: '1 ingress LoadBalancerIngress*',
  LoadBalancerIngress: '1 ip string, 2 hostname string, 3 ipMode string?, 4 ports PortStatus*',
  PortStatus: '1 port int, 2 protocol string, 3 error string?',
  Event:
    '1 metadata ObjectMeta, 2 involvedObject ObjectReference, 3 reason string, 4 message string, 5 source EventSource, ' +
    '6 firstTimestamp Time, 7 lastTimestamp Time, 8 count int, 9 type string, 10 eventTime MicroTime, ' +
    '11 series EventSeries?, 12 action string, 13 related ObjectReference?, 14 reportingComponent string, ' +
    '15 reportingInstance string',
  EventSource: '1 component string, 2 host string',
  EventSeries: '1 count int, 2 lastObservedTime MicroTime',
  Endpoints: '1 metadata ObjectMeta, 2 subsets EndpointSubset*',
  EndpointSubset: '1 addresses EndpointAddress*, 2 notReadyAddresses EndpointAddress*, 3 ports EndpointPort*',
  EndpointAddress: '1 ip string, 3 hostname string, 4 nodeName string?, 2 targetRef ObjectReference?',
  EndpointPort: '1 name string, 2 port int, 3 protocol string, 4 appProtocol string?',
  ResourceQuota: '1 metadata ObjectMeta, 2 spec ResourceQuotaSpec, 3 status ResourceQuotaStatus',
  ResourceQuotaSpec: '1 hard {Quantity}, 2 scopes string*, 3 scopeSelector ScopeSelector?',
  ScopeSelector: '1 matchExpressions ScopedResourceSelectorRequirement*',
  ScopedResourceSelectorRequirement: '1 scopeName string, 2 operator string, 3 values string*',
  ResourceQuotaStatus: '1 hard {Quantity}, 2 used {Quantity}',
  LimitRange: '1 metadata ObjectMeta, 2 spec LimitRangeSpec',
  LimitRangeSpec: '1 limits LimitRangeItem*',
  LimitRangeItem:
    '1 type string, 2 max {Quantity}, 3 min {Quantity}, 4 default {Quantity}, 5 defaultRequest {Quantity}, ' +
    '6 maxLimitRequestRatio {Quantity}',
  Node: '1 metadata ObjectMeta, 2 spec NodeSpec, 3 status NodeStatus',
  NodeSpec:
    '1 podCIDR string, 7 podCIDRs string*set, 3 providerID string, 4 unschedulable bool, 5 taints Taint*, ' +
    '6 configSource NodeConfigSource?, 2 externalID string, 8 podPreemptionPolicy string?',
  Taint: '1 key string, 2 value string, 3 effect string, 4 timeAdded Time?',
  NodeConfigSource: '2 configMap ConfigMapNodeConfigSource?',
  ConfigMapNodeConfigSource:
    '1 namespace string, 2 name string, 3 uid string, 4 resourceVersion string, 5 kubeletConfigKey string',
  NodeStatus:
    '1 capacity {Quantity}, 2 allocatable {Quantity}, 3 phase string, 4 conditions NodeCondition*type, ' +
    '5 addresses NodeAddress*type, 6 daemonEndpoints NodeDaemonEndpoints, 7 nodeInfo NodeSystemInfo, ' +
    '8 images ContainerImage*, 9 volumesInUse string*, 10 volumesAttached AttachedVolume*, 11 config NodeConfigStatus?, ' +
    '12 runtimeHandlers NodeRuntimeHandler*, 13 features NodeFeatures?, 14 declaredFeatures string*',
  NodeCondition:
    '1 type string, 2 status string, 3 lastHeartbeatTime Time, 4 lastTransitionTime Time, 5 reason string, 6 message string',
  NodeAddress: '1 type string, 2 address string',
  NodeDaemonEndpoints: '1 kubeletEndpoint DaemonEndpoint',
  DaemonEndpoint: '1 Port int',
  NodeSystemInfo:
    '1 machineID string, 2 systemUUID string, 3 bootID string, 4 kernelVersion string, 5 osImage string, ' +
    '6 containerRuntimeVersion string, 7 kubeletVersion string, 8 kubeProxyVersion string, 9 operatingSystem string, ' +
    '10 architecture string, 11 swap NodeSwapStatus?',
  NodeSwapStatus: '1 capacity int?',
  ContainerImage: '1 names string*, 2 sizeBytes int',
  AttachedVolume: '1 name string, 2 devicePath string',
  NodeConfigStatus: '1 assigned NodeConfigSource?, 2 active NodeConfigSource?, 3 lastKnownGood NodeConfigSource?, 4 error string',
  NodeRuntimeHandler: '1 name string, 2 features NodeRuntimeHandlerFeatures?',
  NodeRuntimeHandlerFeatures: '1 recursiveReadOnlyMounts bool?, 2 userNamespaces bool?',
  NodeFeatures: '1 supplementalGroupsPolicy bool?',
  Role: '1 metadata ObjectMeta, 2 rules PolicyRule*',
  PolicyRule: '1 verbs string*, 2 apiGroups string*, 3 resources string*, 4 resourceNames string*, 5 nonResourceURLs string*',
  ClusterRole: '1 metadata ObjectMeta, 2 rules PolicyRule*, 3 aggregationRule AggregationRule?',
  AggregationRule: '1 clusterRoleSelectors LabelSelector*',
  RoleBinding: '1 metadata ObjectMeta, 2 subjects Subject*, 3 roleRef RoleRef',
  Subject: '1 kind string, 2 apiGroup string, 3 name string, 4 namespace string',
  RoleRef: '1 apiGroup string, 2 kind string, 3 name string',
  ClusterRoleBinding: '1 metadata ObjectMeta, 2 subjects Subject*, 3 roleRef RoleRef',
  Lease: '1 metadata ObjectMeta, 2 spec LeaseSpec',
  LeaseSpec:
    '1 holderIdentity string?, 2 leaseDurationSeconds int?, 3 acquireTime MicroTime?, 4 renewTime MicroTime?, ' +
    '5 leaseTransitions int?, 6 strategy string?, 7 preferredHolder string?',
  TokenReview: '1 metadata ObjectMeta, 2 spec TokenReviewSpec, 3 status TokenReviewStatus',
  TokenReviewSpec: '1 token string, 2 audiences string*',
  TokenReviewStatus: '1 authenticated bool, 2 user UserInfo, 4 audiences string*, 3 error string',
  UserInfo: '1 username string, 2 uid string, 3 groups string*, 4 extra {ExtraValue}',
  TokenRequest: '1 metadata ObjectMeta, 2 spec TokenRequestSpec, 3 status TokenRequestStatus',
  TokenRequestSpec:
    '1 audiences string*, 4 expirationSeconds int?, 3 boundObjectRef BoundObjectReference?, 5 attestations {ExtraValue}',
  BoundObjectReference: '1 kind string, 2 apiVersion string, 3 name string, 4 uid string',
  TokenRequestStatus: '1 token string, 2 expirationTimestamp Time',
  SelfSubjectReview: '1 metadata ObjectMeta, 2 status SelfSubjectReviewStatus',
  SelfSubjectReviewStatus: '1 userInfo UserInfo',
  SelfSubjectAccessReview: '1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, 3 status SubjectAccessReviewStatus',
  SelfSubjectAccessReviewSpec: '1 resourceAttributes ResourceAttributes?, 2 nonResourceAttributes NonResourceAttributes?',
  ResourceAttributes:
    '1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, 6 subresource string, ' +
    '7 name string, 8 fieldSelector FieldSelectorAttributes?, 9 labelSelector LabelSelectorAttributes?',
  FieldSelectorAttributes: '1 rawSelector string, 2 requirements FieldSelectorRequirement*',
  LabelSelectorAttributes: '1 rawSelector string, 2 requirements LabelSelectorRequirement*',
  NonResourceAttributes: '1 path string, 2 verb string',
  SubjectAccessReviewStatus: '1 allowed bool, 4 denied bool, 2 reason string, 3 evaluationError string',
  SelfSubjectRulesReview: '1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, 3 status SubjectRulesReviewStatus',
  SelfSubjectRulesReviewSpec: '1 namespace string',
  SubjectRulesReviewStatus:
    '1 resourceRules ResourceRule*, 2 nonResourceRules NonResourceRule*, 3 incomplete bool, 4 evaluationError string',
  ResourceRule: '1 verbs string*, 2 apiGroups string*, 3 resources string*, 4 resourceNames string*',
  NonResourceRule: '1 verbs string*, 2 nonResourceURLs string*',
  SubjectAccessReview: '1 metadata ObjectMeta, 2 spec SubjectAccessReviewSpec, 3 status SubjectAccessReviewStatus',
  SubjectAccessReviewSpec:
    '1 resourceAttributes ResourceAttributes?, 2 nonResourceAttributes NonResourceAttributes?, 3 user string, ' +
    '4 groups string*, 5 extra {ExtraValue}, 6 uid string',
  LocalSubjectAccessReview: '1 metadata ObjectMeta, 2 spec SubjectAccessReviewSpec, 3 status SubjectAccessReviewStatus',
};
