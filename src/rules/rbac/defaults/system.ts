import type { PolicyRule } from '../types.ts';
import { on, paths, READ, READ_UPDATE, READ_WRITE } from './rule.ts';

const EVENTS = on('core events.k8s.io', 'events', 'create update patch');
const HEALTH = '/livez /readyz /healthz';
const VERSION = '/version /version/';

/**
 * Rules of the default ClusterRoles that are not aggregated, by name, with the feature gates as they stand by default.
 * Source: facts/eks.md §5.8; kubernetes v1.32.10 plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go ClusterRoles.
 */
export const SYSTEM_RULES: Readonly<Record<string, readonly PolicyRule[]>> = Object.freeze({
  'cluster-admin': [on('*', '*', '*'), paths('*', '*')],
  'system:discovery': [paths(`${HEALTH} ${VERSION} /openapi /openapi/* /api /api/* /apis /apis/*`)],
  'system:monitoring': [paths(`/metrics /metrics/slis ${HEALTH} /livez/* /readyz/* /healthz/*`)],
  'system:basic-user': [
    on('authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews', 'create'),
    on('authentication.k8s.io', 'selfsubjectreviews', 'create'),
  ],
  'system:public-info-viewer': [paths(`${HEALTH} ${VERSION}`)],
  'system:heapster': [on('core', 'events pods nodes namespaces', READ), on('extensions', 'deployments', READ)],
  'system:node': [
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'subjectaccessreviews localsubjectaccessreviews', 'create'),
    on('core', 'services', READ),
    on('core', 'nodes', 'create get list watch'),
    on('core', 'nodes/status', 'update patch'),
    on('core', 'nodes', 'update patch'),
    on('core', 'events', 'create update patch'),
    on('core', 'pods', READ),
    on('core', 'pods', 'create delete'),
    on('core', 'pods/status', 'update patch'),
    on('core', 'pods/eviction', 'create'),
    on('core', 'secrets configmaps', READ),
    on('core', 'persistentvolumeclaims persistentvolumes', 'get'),
    on('core', 'endpoints', 'get'),
    on('certificates.k8s.io', 'certificatesigningrequests', 'create get list watch'),
    on('coordination.k8s.io', 'leases', 'get create update patch delete'),
    on('storage.k8s.io', 'volumeattachments', 'get'),
    on('core', 'serviceaccounts/token', 'create'),
    on('core', 'persistentvolumeclaims/status', 'get update patch'),
    on('storage.k8s.io', 'csidrivers', READ),
    on('storage.k8s.io', 'csinodes', 'get create update patch delete'),
    on('node.k8s.io', 'runtimeclasses', READ),
  ],
  'system:node-problem-detector': [on('core', 'nodes', 'get'), on('core', 'nodes/status', 'patch'), EVENTS],
  'system:node-bootstrapper': [on('certificates.k8s.io', 'certificatesigningrequests', 'create get list watch')],
  'system:auth-delegator': [
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
  ],
  'system:kube-aggregator': [on('core', 'services endpoints', READ)],
  'system:kube-controller-manager': [
    EVENTS,
    on('coordination.k8s.io', 'leases', 'create'),
    on('coordination.k8s.io', 'leases', 'get update', 'kube-controller-manager'),
    on('core', 'secrets serviceaccounts', 'create'),
    on('core', 'secrets', 'delete'),
    on('core', 'namespaces secrets serviceaccounts configmaps', 'get'),
    on('core', 'secrets serviceaccounts', 'update'),
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
    on('*', '*', 'list watch'),
    on('core', 'serviceaccounts/token', 'create'),
  ],
  'system:kube-dns': [on('core', 'endpoints services', 'list watch')],
  'system:persistent-volume-provisioner': [
    on('core', 'persistentvolumes', 'get list watch create delete'),
    on('core', 'persistentvolumeclaims', 'get list watch update'),
    on('storage.k8s.io', 'storageclasses', READ),
    on('core', 'events', 'watch'),
    EVENTS,
  ],
  'system:certificates.k8s.io:certificatesigningrequests:nodeclient': [
    on('certificates.k8s.io', 'certificatesigningrequests/nodeclient', 'create'),
  ],
  'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient': [
    on('certificates.k8s.io', 'certificatesigningrequests/selfnodeclient', 'create'),
  ],
  'system:certificates.k8s.io:legacy-unknown-approver': [approve('kubernetes.io/legacy-unknown')],
  'system:certificates.k8s.io:kubelet-serving-approver': [approve('kubernetes.io/kubelet-serving')],
  'system:certificates.k8s.io:kube-apiserver-client-approver': [approve('kubernetes.io/kube-apiserver-client')],
  'system:certificates.k8s.io:kube-apiserver-client-kubelet-approver': [approve('kubernetes.io/kube-apiserver-client-kubelet')],
  'system:volume-scheduler': [
    on('core', 'persistentvolumes', READ_UPDATE),
    on('storage.k8s.io', 'storageclasses', READ),
    on('core', 'persistentvolumeclaims', READ_UPDATE),
  ],
  'system:service-account-issuer-discovery': [
    paths('/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/'),
  ],
  'system:kubelet-api-admin': [
    on('core', 'nodes', READ),
    on('core', 'nodes', 'proxy'),
    on('core', 'nodes/proxy nodes/metrics nodes/stats nodes/log', '*'),
  ],
  'system:node-proxier': [
    on('core', 'services endpoints', 'list watch'),
    on('core', 'nodes', READ),
    EVENTS,
    on('discovery.k8s.io', 'endpointslices', 'list watch'),
  ],
  'system:kube-scheduler': [
    EVENTS,
    on('coordination.k8s.io', 'leases', 'create'),
    on('coordination.k8s.io', 'leases', 'get update list watch', 'kube-scheduler'),
    on('coordination.k8s.io', 'leasecandidates', READ_WRITE),
    on('core', 'nodes', READ),
    on('core', 'pods', 'get list watch delete'),
    on('core', 'pods/binding bindings', 'create'),
    on('core', 'pods/status', 'patch update'),
    on('core', 'services replicationcontrollers', READ),
    on('apps extensions', 'replicasets', READ),
    on('apps', 'statefulsets', READ),
    on('policy', 'poddisruptionbudgets', READ),
    on('core', 'persistentvolumeclaims persistentvolumes', READ),
    on('authentication.k8s.io', 'tokenreviews', 'create'),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
    on('storage.k8s.io', 'csinodes', READ),
    on('storage.k8s.io', 'volumeattachments', READ),
    on('core', 'namespaces', READ),
    on('storage.k8s.io', 'csidrivers', READ),
    on('storage.k8s.io', 'csistoragecapacities', READ),
  ],
});

function approve(signer: string): PolicyRule {
  return on('certificates.k8s.io', 'signers', 'approve', signer);
}
