// Reads everything in an inventory folder through the library, without an index: every account, every cluster.
import { openInventory } from '../src/edge/files/index.ts';

const { inventory } = openInventory(process.argv[2] ?? 'inventory', { cache: false });
let principals = 0;
let bindings = 0;
for (const account of inventory.accounts.values()) {
  const iam = account.iam();
  if (iam.state === 'collected') principals += iam.value.roles.length + iam.value.users.length;
}
for (const cluster of inventory.clusters) {
  const rbac = cluster.rbac();
  cluster.accessEntries();
  if (rbac.state === 'collected') bindings += rbac.value.bindings.length;
}
process.stderr.write(`${principals} principals, ${bindings} bindings\n`);
