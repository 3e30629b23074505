import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { canIOutput } from '../../src/cli/output/can-i.ts';
import { accessDiffOutput } from '../../src/cli/output/diff.ts';
import { driftOutput } from '../../src/cli/output/drift.ts';
import { doctorOutput } from '../../src/cli/output/kubeconfig-doctor.ts';
import { planOutput } from '../../src/cli/output/plan.ts';
import { anyWhoamiOutput } from '../../src/cli/output/whoami.ts';
import { grantsSchema } from '../../src/grants/index.ts';

// `WRITE_SCHEMAS=1 npx vitest run test/cli/schema.test.ts && npx biome format --write schema` writes the files anew.
test.each([
  ['can-i', canIOutput],
  ['whoami', anyWhoamiOutput],
  ['diff', accessDiffOutput],
  ['kubeconfig-doctor', doctorOutput],
  ['plan', planOutput],
  ['drift', driftOutput],
  ['grants', grantsSchema],
])('schema/%s.schema.json is made from the code', (name, schema) => {
  const file = join(import.meta.dirname, '../../schema', `${name}.schema.json`);
  const made: unknown = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { target: 'draft-2020-12' })));
  if (process.env.WRITE_SCHEMAS) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(made);
});
