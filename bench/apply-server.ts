// Started by bench/apply.ts: a lab with the organisation of the bench, in a process of its own. Sends its parent where it is.
import { startLab } from '../src/edge/lab/index.ts';

const lab = await startLab({ port: 0, inventory: process.argv[2] ?? '', assume: ['no-scp', 'no-rcp'], now: () => new Date() });
process.send?.({ endpoint: lab.endpoint });
process.on('disconnect', () => process.exit(0));
