import type { Origin } from '../../base/index.ts';
import type { RbacProblem } from './problem.ts';
import type { Binding, LabelSelector, PolicyRule, Role, Subject } from './types.ts';

type Path = readonly (string | number)[];

/** Reads the fields of one object; each method gives the empty part back where something is wrong, and notes it. */
export interface FieldReader {
  readonly problem: (code: RbacProblem['code'], path: Path, what: string) => void;
  readonly head: (
    metadata: unknown,
    namespaced: boolean,
  ) => Pick<Role, 'name' | 'namespace' | 'labels' | 'annotations'> | undefined;
  readonly rules: (value: unknown) => readonly PolicyRule[];
  readonly aggregation: (value: unknown) => readonly LabelSelector[] | undefined;
  readonly roleRef: (value: unknown) => Binding['roleRef'] | undefined;
  readonly subjects: (value: unknown) => readonly Subject[];
}

/** Makes the reader for one object; `base` is the way to it in what was read, `origin` where it stands. */
export function reader(
  kind: string,
  object: number,
  base: Path,
  origin: Origin | undefined,
  problems: RbacProblem[],
): FieldReader {
  let name = '';

  const problem: FieldReader['problem'] = (code, path, what) => {
    const field = path.length === 0 ? '' : ` ${path.join('.')}`;
    const at = origin === undefined ? {} : { origin: { ...origin, path: [...origin.path, ...path] } };
    problems.push({ code, message: `${kind} ${JSON.stringify(name)}:${field} ${what}`, object, path: [...base, ...path], ...at });
  };

  /** Absent is empty; undefined when it is there and not a list of texts. */
  const texts = (value: unknown, path: Path): readonly string[] | undefined => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    problem('wrong-type', path, 'must be a list of strings');
    return undefined;
  };

  const text = (value: unknown, path: Path, required: boolean): string | undefined => {
    if (value === undefined || value === null || value === '') {
      if (required) problem('missing', path, 'is required');
      return required ? undefined : '';
    }
    if (typeof value === 'string') return value;
    problem('wrong-type', path, 'must be a string');
    return undefined;
  };

  const list = (value: unknown, path: Path): readonly unknown[] => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    problem('wrong-type', path, 'must be a list');
    return [];
  };

  const labels = (value: unknown, path: Path): Readonly<Record<string, string>> => {
    if (value === undefined || value === null) return {};
    if (isRecord(value)) {
      const entries = Object.entries(value);
      if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return Object.fromEntries(entries);
    }
    problem('wrong-type', path, 'must be a map of strings');
    return {};
  };

  const head: FieldReader['head'] = (metadata, namespaced) => {
    const fields = isRecord(metadata) ? metadata : {};
    const own = text(fields.name, ['metadata', 'name'], true);
    if (own === undefined) return undefined;
    name = own;
    const namespace = namespaced ? text(fields.namespace, ['metadata', 'namespace'], true) : '';
    if (namespace === undefined) return undefined;
    const annotations = labels(fields.annotations, ['metadata', 'annotations']);
    return {
      name,
      namespace,
      labels: labels(fields.labels, ['metadata', 'labels']),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    };
  };

  const rule = (value: unknown, path: Path): PolicyRule => {
    if (!isRecord(value)) {
      problem('wrong-type', path, 'must be an object');
      return NOTHING;
    }
    const verbs = texts(value.verbs, [...path, 'verbs']);
    const apiGroups = texts(value.apiGroups, [...path, 'apiGroups']);
    const resources = texts(value.resources, [...path, 'resources']);
    const resourceNames = texts(value.resourceNames, [...path, 'resourceNames']);
    const nonResourceURLs = texts(value.nonResourceURLs, [...path, 'nonResourceURLs']);
    if (!verbs || !apiGroups || !resources || !resourceNames || !nonResourceURLs) return NOTHING;
    return {
      ...(apiGroups.length === 0 ? {} : { apiGroups }),
      ...(resources.length === 0 ? {} : { resources }),
      ...(resourceNames.length === 0 ? {} : { resourceNames }),
      ...(nonResourceURLs.length === 0 ? {} : { nonResourceURLs }),
      verbs,
    };
  };

  const selector = (value: unknown, path: Path): LabelSelector | undefined => {
    if (!isRecord(value)) {
      problem('wrong-type', path, 'must be an object');
      return undefined;
    }
    const before = problems.length;
    const matchLabels = labels(value.matchLabels, [...path, 'matchLabels']);
    const matchExpressions = list(value.matchExpressions, [...path, 'matchExpressions']).flatMap((item, i) => {
      const here = [...path, 'matchExpressions', i];
      const fields = isRecord(item) ? item : {};
      const key = text(fields.key, [...here, 'key'], true);
      const operator = text(fields.operator, [...here, 'operator'], true);
      const values = texts(fields.values, [...here, 'values']);
      return key === undefined || operator === undefined || values === undefined ? [] : [{ key, operator, values }];
    });
    // A selector with a part missing would select more than was meant.
    return problems.length > before ? undefined : { matchLabels, matchExpressions };
  };

  return {
    problem,
    head,
    rules: (value) => list(value, ['rules']).map((item, i) => rule(item, ['rules', i])),
    aggregation: (value) => {
      if (value === undefined || value === null) return undefined;
      if (!isRecord(value)) {
        problem('wrong-type', ['aggregationRule'], 'must be an object');
        return undefined;
      }
      const path = ['aggregationRule', 'clusterRoleSelectors'];
      return list(value.clusterRoleSelectors, path).flatMap((item, i) => selector(item, [...path, i]) ?? []);
    },
    roleRef: (value) => {
      const fields = isRecord(value) ? value : {};
      const kindOf = text(fields.kind, ['roleRef', 'kind'], true);
      const of = text(fields.name, ['roleRef', 'name'], true);
      const apiGroup = text(fields.apiGroup, ['roleRef', 'apiGroup'], false);
      if (kindOf === undefined || of === undefined || apiGroup === undefined) return undefined;
      return { kind: kindOf, name: of, ...(apiGroup === '' ? {} : { apiGroup }) };
    },
    subjects: (value) =>
      list(value, ['subjects']).flatMap((item, i) => {
        const fields = isRecord(item) ? item : {};
        const kindOf = text(fields.kind, ['subjects', i, 'kind'], true);
        const of = text(fields.name, ['subjects', i, 'name'], true);
        const namespace = text(fields.namespace, ['subjects', i, 'namespace'], false);
        const apiGroup = text(fields.apiGroup, ['subjects', i, 'apiGroup'], false);
        if (kindOf === undefined || of === undefined || namespace === undefined || apiGroup === undefined) return [];
        const optional = { ...(apiGroup === '' ? {} : { apiGroup }), ...(namespace === '' ? {} : { namespace }) };
        return [{ kind: kindOf, name: of, ...optional }];
      }),
  };
}

/** Stands in for a rule that could not be read, so that the others keep their places. */
const NOTHING: PolicyRule = Object.freeze({ verbs: [] });

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
