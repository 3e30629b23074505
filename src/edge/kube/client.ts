/**
 * What is used of the Kubernetes client, by name: imported as a whole, none of its thousand models can be left out of the bundle,
 * and reading it takes six times as long.
 */
export {
  AuthenticationV1Api,
  CoreV1Api,
  IsomorphicFetchHttpLibrary,
  KubeConfig,
  RequestContext,
  Watch,
} from '@kubernetes/client-node';
