import type { Lab } from '../context.ts';
import { isFields, textAt } from '../fields.ts';
import { rewritten } from '../state/rewrite.ts';
import { clusterScope, clustersIn } from '../state/scope.ts';
import type { Change } from '../state/store.ts';

/**
 * Binds the access entries of a principal to its unique id, in every cluster, where nothing says yet to whom they are bound:
 * DescribeAccessEntry does not show it, so entries out of an inventory come without (facts/eks.md §3.3).
 */
export function entriesBound({ store }: Lab, principalArn: string, boundUniqueId: string): readonly Change[] {
  return clustersIn(store.scopes()).flatMap((arn): readonly Change[] => {
    const scope = clusterScope(arn);
    const entry = store.get(scope, 'entry', principalArn);
    const files = store.get(scope, 'cluster', arn)?.files === true ? store.list(scope, 'file') : [];
    return [
      ...(entry === undefined || entry.boundUniqueId !== undefined
        ? []
        : [{ scope, kind: 'entry', name: principalArn, document: { ...entry, boundUniqueId } } as const]),
      ...files.flatMap((file): readonly Change[] => {
        const document = rewritten(file, (answer) => bound(answer, principalArn, boundUniqueId));
        return document === undefined ? [] : [{ scope, kind: 'file', name: file.path, document }];
      }),
    ];
  });
}

/** An answer of DescribeAccessEntry, or the entry alone. */
function bound(answer: unknown, principalArn: string, boundUniqueId: string): unknown {
  if (!isFields(answer)) return answer;
  if (isFields(answer['accessEntry'])) {
    const accessEntry = bound(answer['accessEntry'], principalArn, boundUniqueId);
    return accessEntry === answer['accessEntry'] ? answer : { ...answer, accessEntry };
  }
  if (textAt(answer, 'principalArn') !== principalArn || textAt(answer, 'boundUniqueId') !== undefined) return answer;
  return { ...answer, boundUniqueId };
}
