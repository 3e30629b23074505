import { type GrantsFile, openGaps, type Plan, resourceBody, resourceName, type Step } from '../../grants/index.ts';
import { drawShut, type ShutAccount } from '../grants/shut.ts';
import { drawAccessDiff } from './access-diff.ts';
import { drawDiff } from './diff.ts';
import { drawEvidence, type EvidenceShown } from './evidence.ts';
import { gapsWithout } from './open.ts';
import { newPage, type Page } from './page.ts';
import type { Style, Tone } from './style.ts';

/** What the page says about where things came from. */
export interface PlanNames {
  readonly file: GrantsFile;
  /** The grants file as the user wrote it. */
  readonly source: string;
  /** Absent: it was read just now. */
  readonly folder?: string;
  /** Accounts that were to be read live and were not entered. */
  readonly shut?: readonly ShutAccount[];
  /** What stands for accounts that were not looked at themselves. */
  readonly shown: Omit<EvidenceShown, 'file'>;
}

/** How to draw it. */
export interface PlanDrawing {
  readonly style: Style;
  /** A value as YAML. */
  readonly bodyText: (value: unknown) => string;
  /** Steps that are done, too. */
  readonly all: boolean;
}

/** The plan for a person: what is to do, by account and cluster, then what it is worth knowing before a yes. */
export function printPlan(plan: Plan, names: PlanNames, drawing: PlanDrawing): string {
  const page = newPage(drawing.style, () => undefined);
  headline(page, plan);
  drawShut(page, names.shut ?? []);
  steps(page, plan, names, drawing);
  if (plan.steps.some(({ state }) => state === 'to-do' || state === 'other-owner')) drawAccessDiff(page, plan.diff);
  if (plan.lockOuts.length + plan.refusals.length > 0) page.gap();
  for (const { text } of plan.lockOuts) note(page, 'refused: ', 'no', text);
  for (const { text, grant } of plan.refusals) note(page, 'refused: ', 'no', grant === undefined ? text : `${grant}: ${text}`);
  if (plan.warnings.length > 0) page.gap();
  for (const { text, grant } of plan.warnings) note(page, 'warning: ', 'maybe', grant === undefined ? text : `${grant}: ${text}`);
  gapsWithout(page, openGaps(plan));
  drawEvidence(page, { ...names.shown, file: names.file });
  if (names.folder !== undefined) {
    page.gap();
    page.prose(`Files are relative to ${names.folder}`, { tone: 'quiet' });
  }
  return page.text();
}

function note(page: Page, lead: string, leadTone: Tone, text: string): void {
  page.prose(text, { lead, leadTone });
}

const STATES = [
  ['to-do', 'to do'],
  ['other-owner', "of another's"],
  ['not-visible', 'not visible'],
  ['done', 'done'],
] as const;

function headline(page: Page, plan: Plan): void {
  const { file, steps, refusals, lockOuts } = plan;
  const counts = STATES.flatMap(([state, words]) => {
    const count = steps.filter((step) => step.state === state).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  const refused = refusals.length + lockOuts.length > 0;
  const differs = steps.some(({ state }) => state === 'to-do' || state === 'other-owner');
  const open = steps.some(({ state }) => state === 'not-visible') || openGaps(plan).length > 0;
  const lead = refused ? 'REFUSED: ' : differs ? 'DIFFERS: ' : open ? 'CANNOT TELL: ' : 'NOTHING TO DO: ';
  page.prose(`${file}: ${counts.length === 0 ? 'no steps' : counts.join(', ')}`, {
    lead,
    leadTone: refused ? 'no' : differs || open ? 'maybe' : 'yes',
  });
}

function steps(page: Page, plan: Plan, { file, shown }: PlanNames, drawing: PlanDrawing): void {
  const alias = new Map(file.accounts.map(({ id, alias }) => [id, alias]));
  const given = new Set(shown.evidence.map(({ account }) => account));
  let heading = '';
  for (const step of plan.steps) {
    if (step.state === 'done' && !drawing.all) continue;
    const next = headingOf(step, alias, given);
    if (next !== heading) {
      page.gap();
      page.prose(next, { tone: 'strong' });
      heading = next;
    }
    drawStep(page, step, drawing);
  }
}

function headingOf({ account, resource }: Step, alias: ReadonlyMap<string, string>, given: ReadonlySet<string>): string {
  const name = alias.get(account);
  const where = `account ${account}${name === undefined ? '' : ` (${name})`}`;
  const how = given.has(account) ? ', from evidence' : '';
  return 'clusterArn' in resource ? `${where}${how}, cluster ${resource.clusterArn}` : `${where}${how}`;
}

const VERBS = { create: ['+', 'good'], update: ['~', 'open'], delete: ['-', 'bad'] } as const;

const AFTERWORD = { 'to-do': '', done: 'done', 'other-owner': "another's to make", 'not-visible': 'cannot be seen' } as const;

function drawStep(page: Page, step: Step, { bodyText }: PlanDrawing): void {
  const { verb, resource, present, state, grant, notes } = step;
  const [mark, tone] = state === 'done' ? ([page.style.mark.yes, 'quiet'] as const) : VERBS[verb];
  const word = AFTERWORD[state];
  const replaced = step.replace === true ? 'made anew' : '';
  const about = [grant === '' ? '' : `grant ${grant}`, replaced, word].filter((text) => text !== '').join('; ');
  page.prose(`${resourceName(resource)}${about === '' ? '' : ` (${about})`}`, { lead: `  ${mark} `, leadTone: tone });
  for (const text of notes) page.prose(text, { lead: '      note: ', leadTone: 'quiet' });
  if (state === 'done') return;
  const body = bodyText(resourceBody(resource));
  if (verb === 'create') page.verbatim(prefixed(body, '+ '), '      ', 'good');
  else if (verb === 'update' && present !== undefined) drawDiff(page, bodyText(resourceBody(present)), body);
}

function prefixed(text: string, mark: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => mark + line)
    .join('\n');
}
