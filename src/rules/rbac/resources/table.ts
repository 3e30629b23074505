/**
 * Resources of Kubernetes 1.32 with what EKS clusters always or often have beside it, in the order in which a word
 * without a group is looked up: core first, then by group (`events` is core, `ingresses` is networking.k8s.io).
 *
 * A row: plural, singular, short names, scope (`ns` or `cluster`), subresources; `-` is none.
 * Source: `kubectl api-resources` of Kubernetes 1.32 (API reference), metrics-server, Amazon VPC CNI.
 */
export const RESOURCE_TABLE: Readonly<Record<string, readonly string[]>> = {
  '': [
    'bindings binding - ns -',
    'componentstatuses componentstatus cs cluster -',
    'configmaps configmap cm ns -',
    'endpoints endpoints ep ns -',
    'events event ev ns -',
    'limitranges limitrange limits ns -',
    'namespaces namespace ns cluster finalize,status',
    'nodes node no cluster proxy,status',
    'persistentvolumeclaims persistentvolumeclaim pvc ns status',
    'persistentvolumes persistentvolume pv cluster status',
    'pods pod po ns attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status',
    'podtemplates podtemplate - ns -',
    'replicationcontrollers replicationcontroller rc ns scale,status',
    'resourcequotas resourcequota quota ns status',
    'secrets secret - ns -',
    'serviceaccounts serviceaccount sa ns token',
    'services service svc ns proxy,status',
  ],
  apps: [
    'controllerrevisions controllerrevision - ns -',
    'daemonsets daemonset ds ns status',
    'deployments deployment deploy ns scale,status',
    'replicasets replicaset rs ns scale,status',
    'statefulsets statefulset sts ns scale,status',
  ],
  batch: ['cronjobs cronjob cj ns status', 'jobs job - ns status'],
  autoscaling: ['horizontalpodautoscalers horizontalpodautoscaler hpa ns status'],
  'networking.k8s.io': [
    'ingresses ingress ing ns status',
    'ingressclasses ingressclass - cluster -',
    'networkpolicies networkpolicy netpol ns -',
    'ipaddresses ipaddress ip cluster -',
    'servicecidrs servicecidr - cluster status',
  ],
  policy: ['poddisruptionbudgets poddisruptionbudget pdb ns status'],
  'rbac.authorization.k8s.io': [
    'clusterroles clusterrole - cluster -',
    'clusterrolebindings clusterrolebinding - cluster -',
    'roles role - ns -',
    'rolebindings rolebinding - ns -',
  ],
  'storage.k8s.io': [
    'csidrivers csidriver - cluster -',
    'csinodes csinode - cluster -',
    'csistoragecapacities csistoragecapacity - ns -',
    'storageclasses storageclass sc cluster -',
    'volumeattachments volumeattachment - cluster status',
  ],
  'coordination.k8s.io': ['leases lease - ns -', 'leasecandidates leasecandidate - ns -'],
  'discovery.k8s.io': ['endpointslices endpointslice - ns -'],
  'events.k8s.io': ['events event ev ns -'],
  'scheduling.k8s.io': ['priorityclasses priorityclass pc cluster -'],
  'node.k8s.io': ['runtimeclasses runtimeclass - cluster -'],
  'certificates.k8s.io': [
    'certificatesigningrequests certificatesigningrequest csr cluster approval,status',
    'clustertrustbundles clustertrustbundle - cluster -',
    'signers signer - cluster -',
  ],
  'authentication.k8s.io': ['selfsubjectreviews selfsubjectreview - cluster -', 'tokenreviews tokenreview - cluster -'],
  'authorization.k8s.io': [
    'localsubjectaccessreviews localsubjectaccessreview - ns -',
    'selfsubjectaccessreviews selfsubjectaccessreview - cluster -',
    'selfsubjectrulesreviews selfsubjectrulesreview - cluster -',
    'subjectaccessreviews subjectaccessreview - cluster -',
  ],
  'admissionregistration.k8s.io': [
    'mutatingadmissionpolicies mutatingadmissionpolicy - cluster -',
    'mutatingadmissionpolicybindings mutatingadmissionpolicybinding - cluster -',
    'mutatingwebhookconfigurations mutatingwebhookconfiguration - cluster -',
    'validatingadmissionpolicies validatingadmissionpolicy - cluster status',
    'validatingadmissionpolicybindings validatingadmissionpolicybinding - cluster -',
    'validatingwebhookconfigurations validatingwebhookconfiguration - cluster -',
  ],
  'apiextensions.k8s.io': ['customresourcedefinitions customresourcedefinition crd,crds cluster status'],
  'apiregistration.k8s.io': ['apiservices apiservice - cluster status'],
  'flowcontrol.apiserver.k8s.io': [
    'flowschemas flowschema - cluster status',
    'prioritylevelconfigurations prioritylevelconfiguration - cluster status',
  ],
  'resource.k8s.io': [
    'deviceclasses deviceclass - cluster -',
    'resourceclaims resourceclaim - ns status',
    'resourceclaimtemplates resourceclaimtemplate - ns -',
    'resourceslices resourceslice - cluster -',
  ],
  'metrics.k8s.io': ['nodes node - cluster -', 'pods pod - ns -'],
  'crd.k8s.amazonaws.com': ['eniconfigs eniconfig - cluster -'],
  'vpcresources.k8s.aws': ['cninodes cninode cnd cluster -', 'securitygrouppolicies securitygrouppolicy sgp ns -'],
};
