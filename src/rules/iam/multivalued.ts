const MULTIVALUED = new Set([
  'aws:tagkeys',
  'sts:transitivetagkeys',
  'aws:principalorgpaths',
  'aws:sourceorgpaths',
  'aws:vpceorgpaths',
  'aws:calledvia',
  'aws:principalservicenameslist',
  'eks:kubernetesgroups',
  'eks:namespaces',
]);

/** Whether a request may carry several values of the key (given in lower case). (IAM guide: reference_policies_condition-keys.) */
export function isMultivalued(lower: string): boolean {
  return MULTIVALUED.has(lower) || lower.endsWith(':amr');
}
