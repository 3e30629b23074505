import { type PolicyProblem, parsePolicy } from './parse.ts';
import { type CompiledStatement, compileStatement } from './statement.ts';
import type { PolicySource } from './types.ts';

/** A policy document, read and compiled once. */
export interface CompiledPolicy {
  readonly source: PolicySource;
  readonly allows: readonly CompiledStatement[];
  readonly denies: readonly CompiledStatement[];
  /** Why nothing firm can come from the document as a whole, when no statement could be read from it. */
  readonly broken: string | undefined;
  readonly problems: readonly PolicyProblem[];
}

/**
 * Reads and compiles a policy document, given as parsed JSON. Never throws; what AWS would refuse is in `problems` and can make
 * a decision `unknown`, never an allow.
 */
export function compilePolicy(document: unknown, source: PolicySource): CompiledPolicy {
  const parsed = parsePolicy(document, source);
  const statements = parsed.statements.flatMap((statement) => compileStatement(statement, parsed));
  return {
    source,
    allows: statements.filter(({ effect }) => effect === 'allows'),
    denies: statements.filter(({ effect }) => effect === 'denies'),
    broken: parsed.statements.length === 0 ? parsed.broken : undefined,
    problems: parsed.problems,
  };
}
