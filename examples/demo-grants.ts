/**
 * The end of `npm run demo`: one file in place of a role, two policies, an access entry and a binding made by hand. A lab plays
 * the accounts; plan, apply and revoke are the commands themselves.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import { startLab } from '../src/edge/lab/index.ts';
import { causeway, clusterAs, type Say, shellOf, tries } from './demo-lab.ts';

const FILE = `name: demo
accounts:
  platform: { id: "111111111111" }
  security: { id: "333333333333" }
clusters:
  prod: { account: platform, region: eu-west-1, name: prod }
grants:
  - name: auditor-reads-my-app
    to: arn:aws:iam::333333333333:role/SecurityAudit
    on: prod
    access: { rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get, list] }] }
    namespaces: [my-app-ns]
`;

const ROLE = 'arn:aws:iam::111111111111:role/causeway/demo/auditor-reads-my-app';

/** Applies a grants file to a lab, tries what it gives and what it does not, and takes it back. */
export async function showGrants(say: Say): Promise<void> {
  const lab = await startLab({ port: 0, now: () => new Date() });
  const home = mkdtempSync(join(tmpdir(), 'causeway-demo-'));
  try {
    const file = join(home, 'causeway.yaml');
    writeFileSync(file, FILE);
    const profiles = await Promise.all(['platform', 'security'].map((name) => profileOf(name, lab.endpoint)));
    writeFileSync(join(home, 'credentials'), profiles.join(''), { mode: 0o600 });
    const env = {
      HOME: home,
      AWS_ENDPOINT_URL: lab.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      AWS_CONFIG_FILE: join(home, 'config'),
    };
    const credentials = ['--credentials', 'platform=profile:platform', '--credentials', 'security=profile:security'];
    say(FILE.replaceAll(/^(?=.)/gm, '  '));
    say('causeway apply causeway.yaml --yes');
    indent(say, await causeway(['apply', file, ...credentials, '--yes'], env), /^DONE/m);
    say('AccountC, as SecurityAudit, which becomes the role that was made:');
    const api = async () => (await clusterAs('333333333333/SecurityAudit', ROLE, 'carol', lab.endpoint)).makeApiClient(CoreV1Api);
    const carol = await api();
    await tries(say, 'lists the ConfigMaps of my-app-ns', carol.listNamespacedConfigMap({ namespace: 'my-app-ns' }));
    await tries(say, 'lists the Secrets of my-app-ns', carol.listNamespacedSecret({ namespace: 'my-app-ns' }));
    say('\nThe same command again:');
    indent(say, await causeway(['apply', file, ...credentials, '--yes'], env), /^NOTHING TO DO/m, 1);
    say('causeway revoke auditor-reads-my-app --yes');
    indent(say, await causeway(['revoke', 'auditor-reads-my-app', '-f', file, ...credentials, '--yes'], env), /^DONE/m, 1);
    await tries(say, 'lists the ConfigMaps of my-app-ns', carol.listNamespacedConfigMap({ namespace: 'my-app-ns' }));
  } finally {
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** The administrator of an account, as a section of a credentials file. */
async function profileOf(name: string, lab: string): Promise<string> {
  const shell = await shellOf(`${name === 'platform' ? '111111111111' : '333333333333'}/admin`, lab);
  return `[${name}]\naws_access_key_id = ${shell['AWS_ACCESS_KEY_ID']}\naws_secret_access_key = ${shell['AWS_SECRET_ACCESS_KEY']}\n`;
}

/** What a command printed from a line on: before it stands the plan, which docs/grants.md shows. */
function indent(say: Say, text: string, from: RegExp, most = Number.POSITIVE_INFINITY): void {
  const lines = text.slice(text.search(from)).trimEnd().split('\n').slice(0, most);
  say(`${lines.join('\n').replaceAll(/^(?=.)/gm, '  ')}\n`);
}
