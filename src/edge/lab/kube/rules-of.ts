import { field, isObject, type Json, type JsonObject, listAt, objectAt, sameJson, textAt, withField, withPath } from './json.ts';
import type { Kind } from './kinds.ts';
import { required, wrong } from './names.ts';
import type { FieldError } from './status.ts';
import type { Store } from './store.ts';

/** What a kind does beside being stored: the defaults of a new object, and what its fields must be. */
interface KindRules {
  readonly defaults?: (object: JsonObject, store: Store) => JsonObject;
  readonly errors?: (object: JsonObject, existing: JsonObject | undefined) => readonly FieldError[];
}

/** Sets fields where they are absent. */
function fill(object: JsonObject, ...fields: readonly (readonly [readonly string[], Json])[]): JsonObject {
  return fields.reduce(
    (made, [path, value]) => (field(made, ...path) === undefined ? withPath(made, path, value) : made),
    object,
  );
}

const RBAC = 'rbac.authorization.k8s.io';

function immutable(path: string, existing: JsonObject | undefined, object: JsonObject): readonly FieldError[] {
  const keys = path.split('.');
  const [now, before] = [field(object, ...keys), field(existing, ...keys)];
  return existing === undefined || sameJson(now, before) ? [] : [wrong(path, now ?? null, 'field is immutable')];
}

/** ConfigMaps and Secrets that are marked immutable, and their size. Source: kubernetes pkg/apis/core/validation. */
function dataErrors(object: JsonObject, existing: JsonObject | undefined): readonly FieldError[] {
  const errors: FieldError[] = [];
  const frozen = field(existing, 'immutable') === true;
  for (const key of ['immutable', 'data', 'binaryData']) {
    if (frozen && !sameJson(field(object, key) ?? {}, field(existing, key) ?? {})) {
      errors.push({
        field: key,
        reason: 'FieldValueForbidden',
        message: 'Forbidden: field is immutable when `immutable` is set',
      });
    }
  }
  let size = 0;
  for (const part of ['data', 'binaryData']) {
    for (const [key, value] of Object.entries(objectAt(object, part))) {
      size += key.length + String(value).length;
      if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key === '..') {
        const why =
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        errors.push(wrong(`${part}[${key}]`, key, why));
      }
    }
  }
  if (size > 1024 * 1024 * 1.4)
    errors.push({ field: '', reason: 'FieldValueTooLong', message: 'Too long: may not be more than 1048576 bytes' });
  return errors;
}

const bindings: KindRules = {
  defaults: (object) => {
    const subjects = listAt(object, 'subjects').map((subject) =>
      isObject(subject) && textAt(subject, 'apiGroup') === '' && ['User', 'Group'].includes(textAt(subject, 'kind'))
        ? withField(subject, 'apiGroup', RBAC)
        : subject,
    );
    const made = subjects.length === 0 ? object : withField(object, 'subjects', subjects);
    return textAt(made, 'roleRef', 'apiGroup') === '' ? withPath(made, ['roleRef', 'apiGroup'], RBAC) : made;
  },
  errors: (object) => [
    ...(textAt(object, 'roleRef', 'name') === '' ? [required('roleRef.name')] : []),
    ...listAt(object, 'subjects').flatMap((subject, i) =>
      textAt(subject, 'name') === '' ? [required(`subjects[${i}].name`)] : [],
    ),
  ],
};

function podSpecErrors(spec: Json | undefined, at: string): readonly FieldError[] {
  const containers = listAt(spec, 'containers');
  if (containers.length === 0) return [required(`${at}.containers`)];
  return containers.flatMap((container, i) => [
    ...(textAt(container, 'name') === '' ? [required(`${at}.containers[${i}].name`)] : []),
    ...(textAt(container, 'image') === '' ? [required(`${at}.containers[${i}].image`)] : []),
  ]);
}

/** Workloads select their pods by labels that the template carries; the selector never changes. */
const workload: KindRules = {
  defaults: (object) => fill(object, [['spec', 'replicas'], 1], [['status'], {}]),
  errors: (object, existing) => {
    const wanted = objectAt(object, 'spec', 'selector', 'matchLabels');
    const labels = objectAt(object, 'spec', 'template', 'metadata', 'labels');
    const fits = Object.entries(wanted).every(([key, value]) => field(labels, key) === value);
    const selector = field(object, 'spec', 'selector');
    return [
      ...(selector === undefined ? [required('spec.selector')] : []),
      ...(fits ? [] : [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]),
      ...immutable('spec.selector', existing, object),
      ...podSpecErrors(field(object, 'spec', 'template', 'spec'), 'spec.template.spec'),
    ];
  },
};

const RULES: Readonly<Record<string, KindRules>> = {
  Namespace: {
    defaults: (object) =>
      fill(
        withPath(object, ['metadata', 'labels', 'kubernetes.io/metadata.name'], textAt(object, 'metadata', 'name')),
        [['spec', 'finalizers'], ['kubernetes']],
        [['status', 'phase'], 'Active'],
      ),
  },
  ConfigMap: { errors: dataErrors },
  Secret: {
    defaults: (object) => {
      const plain = Object.entries(objectAt(object, 'stringData')).map(([key, value]): [string, Json] => [
        key,
        Buffer.from(String(value)).toString('base64'),
      ]);
      const data = plain.length === 0 ? field(object, 'data') : { ...objectAt(object, 'data'), ...Object.fromEntries(plain) };
      return fill(withField(withField(object, 'stringData', undefined), 'data', data), [['type'], 'Opaque']);
    },
    errors: (object, existing) => [...dataErrors(object, existing), ...immutable('type', existing, object)],
  },
  Service: {
    defaults: (object, store) => {
      const type = textAt(object, 'spec', 'type') || 'ClusterIP';
      const made = fill(
        object,
        [['spec', 'type'], type],
        [['spec', 'sessionAffinity'], 'None'],
        [['status'], { loadBalancer: {} }],
      );
      if (type === 'ExternalName' || textAt(made, 'spec', 'clusterIP') !== '') return made;
      const ip = clusterIp(store.version());
      return withPath(withPath(made, ['spec', 'clusterIP'], ip), ['spec', 'clusterIPs'], [ip]);
    },
    errors: (object, existing) => {
      const free = ['ExternalName'].includes(textAt(object, 'spec', 'type')) || textAt(object, 'spec', 'clusterIP') === 'None';
      return [
        ...(free || listAt(object, 'spec', 'ports').length > 0 ? [] : [required('spec.ports')]),
        ...(textAt(existing, 'spec', 'clusterIP') === '' ? [] : immutable('spec.clusterIP', existing, object)),
      ];
    },
  },
  Pod: {
    // Pods are accepted and shown; nothing runs them.
    defaults: (object) =>
      fill(
        object,
        [['spec', 'restartPolicy'], 'Always'],
        [['spec', 'serviceAccountName'], 'default'],
        [['status', 'phase'], 'Pending'],
      ),
    errors: (object) => podSpecErrors(field(object, 'spec'), 'spec'),
  },
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  RoleBinding: bindings,
  ClusterRoleBinding: bindings,
};

/** An object with the defaults of its kind. */
export function defaulted(kind: Kind, object: JsonObject, store: Store): JsonObject {
  return (Object.hasOwn(RULES, kind.kind) ? RULES[kind.kind]?.defaults?.(object, store) : undefined) ?? object;
}

/** What is wrong with the fields of an object beside its metadata. */
export function fieldErrors(kind: Kind, object: JsonObject, existing: JsonObject | undefined): readonly FieldError[] {
  return (Object.hasOwn(RULES, kind.kind) ? RULES[kind.kind]?.errors?.(object, existing) : undefined) ?? [];
}

/** An address of EKS's usual service range; the store's version makes it new. */
function clusterIp(version: number): string {
  const at = 100 + (version % 65_000);
  return `10.100.${at >> 8}.${at & 255}`;
}
