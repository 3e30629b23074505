// `npm run build`: writes what is published into dist/.
import { build } from './check/package.ts';

const complaints = await build();
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
if (complaints.length > 0) process.exitCode = 1;
