import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { root } from './run.ts';

/** Links of a page to files and headings of the repository that lead nowhere; addresses on the web are not tried. */
export async function brokenLinks(page: string, text: string): Promise<string[]> {
  const complaints: string[] = [];
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  for (const [, target = ''] of prose.matchAll(/\]\(<?([^)>\s]+)>?[^)]*\)/g)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (!existsSync(join(root, file))) complaints.push(`${page}: ${target} is not there`);
    else if (anchor !== undefined && file.endsWith('.md') && !headings(await readFile(join(root, file), 'utf8')).has(anchor)) {
      complaints.push(`${page}: ${file} has no heading #${anchor}`);
    }
  }
  return complaints;
}

/** The anchors of a page's headings, made the way that GitHub makes them. */
function headings(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ''] of text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+?)\s*$/gm)) {
    const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let unique = slug;
    for (let i = 1; anchors.has(unique); i++) unique = `${slug}-${i}`;
    anchors.add(unique);
  }
  return anchors;
}
