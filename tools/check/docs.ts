import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokenLinks } from './links.ts';
import { root } from './run.ts';
import { difference, openShell, type Step } from './transcripts.ts';

/**
 * Whether the docs tell the truth, as a list of complaints: every transcript (a fence marked `console` whose commands are
 * causeway's) is what the commands print today, every link leads somewhere, and each command is shown used rightly once
 * and refused once. With `write` the transcripts are brought up to date.
 */
export async function docs(options: { write: boolean }): Promise<string[]> {
  const complaints: string[] = [];
  const shown: Step[] = [];
  const shell = await openShell();
  try {
    for await (const page of glob(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'test/**/*.md'], { cwd: root })) {
      const text = await readFile(join(root, page), 'utf8');
      let fresh = '';
      let last = 0;
      for (const fence of text.matchAll(/^( *)```console\n([\s\S]*?)^\1```$/gm)) {
        const [whole, indent = '', block = ''] = fence;
        const ran = await shell.replay(block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
        if (ran === undefined) continue;
        shown.push(...ran.steps);
        const should = ran.text.replaceAll(/^(?=.)/gm, indent);
        if (should !== block && !options.write) {
          const line = text.slice(0, fence.index).split('\n').length;
          complaints.push(
            `${page}:${line}: the transcript is not what is printed today (npm run docs)\n${difference(block, should)}`,
          );
        }
        fresh += `${text.slice(last, fence.index)}${indent}\`\`\`console\n${should}${indent}\`\`\``;
        last = fence.index + whole.length;
      }
      fresh += text.slice(last);
      if (options.write && fresh !== text) await writeFile(join(root, page), fresh);
      complaints.push(...(await brokenLinks(page, fresh)));
    }
  } finally {
    await shell.close();
  }
  return [...complaints, ...(await commandsNotShown(shown))];
}

/** Each command (a file of src/cli/commands) has a transcript of right use and one of misuse that is refused with exit 2. */
async function commandsNotShown(shown: readonly Step[]): Promise<string[]> {
  const complaints: string[] = [];
  for await (const file of glob('src/cli/commands/*.ts', { cwd: root })) {
    const name = /\/([a-z-]+)\.ts$/.exec(file)?.[1];
    if (name === undefined) continue;
    const steps = shown.filter((step) => new RegExp(`\\bcauseway (?:-- )?${name}\\b`).test(step.command));
    if (!steps.some((step) => step.code !== 2 && step.code !== 4))
      complaints.push(`docs: no transcript shows \`causeway ${name}\` at work`);
    if (!steps.some((step) => step.code === 2))
      complaints.push(`docs: no transcript shows \`causeway ${name}\` refuse a misuse (exit 2)`);
  }
  return complaints;
}
