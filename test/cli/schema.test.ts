import { expect, test } from 'vitest';
import { z } from 'zod';
import { canIOutput } from '../../src/cli/output/can-i.ts';
import { whoamiOutput } from '../../src/cli/output/whoami.ts';

// `npx vitest run test/cli/schema.test.ts -u` writes the files anew.
test.each([
  ['can-i', canIOutput],
  ['whoami', whoamiOutput],
])('schema/%s.schema.json is made from src/cli/output', async (name, schema) => {
  const text = `${JSON.stringify(z.toJSONSchema(schema, { target: 'draft-2020-12' }), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`../../schema/${name}.schema.json`);
});
