import { type Answer, type Caller, canKubernetesUser } from '../../access/index.ts';
import { collected } from '../../base/index.ts';
import { readText } from '../../edge/files/index.ts';
import { makeInventory, type RbacObjects, type Source } from '../../inventory/index.ts';
import type { Attributes } from '../../rules/rbac/index.ts';
import type { Io } from '../context.ts';
import { failed, usage } from '../exit.ts';
import { absolute } from '../files.ts';
import { type Locate, placesIn } from '../positions.ts';
import { reportProblems } from '../problems.ts';

/** A cluster that exists only so that the files have a place in an inventory; neither account nor region is ever shown. */
const PLACE = 'accounts/000000000000/eks/us-east-1/files/kubernetes';

/** Judges a Kubernetes user from files of RBAC objects alone. Throws a CliError for a file that cannot be used. */
export function answerFromFiles(
  files: readonly string[],
  caller: Extract<Caller, { kind: 'kubernetes' }>,
  request: Attributes,
  io: Io,
): { readonly answer: Answer; readonly locate: Locate } {
  const names = new Map<string, string>();
  const texts = new Map<string, string>();
  const sources = files.map((file, index): Source => {
    const text = readText(absolute(file, io));
    if (typeof text !== 'string') {
      if (text.unreadable === 'gone') throw usage(`there is no file ${file}`);
      if (text.message.includes('EISDIR')) throw usage(`${file} is a folder, a file is expected`);
      throw failed(`${file}: ${text.message}`);
    }
    const path = `${PLACE}/${String(index).padStart(4, '0')}.yaml`;
    names.set(path, file);
    texts.set(path, text);
    return { path, size: text.length, text: () => text };
  });
  const inventory = makeInventory(sources);
  const objects = inventory.clusters[0]?.rbac();
  if (objects === undefined) throw usage('the files hold no Kubernetes objects');
  const problems = inventory.problems().map((each) => ({ ...each, file: names.get(each.file) ?? each.file }));
  if (objects.state !== 'collected') {
    const [first] = problems;
    throw usage(
      first === undefined
        ? 'the files hold no RBAC objects'
        : [first.file, first.line, first.column, ` ${first.message}`].filter((part) => part !== undefined).join(':'),
    );
  }
  reportProblems(problems, io.stderr);
  const answer = canKubernetesUser(
    collected(withoutCluster(objects.value)),
    { name: caller.user, groups: caller.groups },
    request,
    io.now(),
  );
  const inner = placesIn((file) => texts.get(file));
  return { answer, locate: (origin) => ({ ...inner(origin), file: names.get(origin.file) ?? origin.file }) };
}

/** What the files lack is nobody's in particular: the cluster that was made up for them is not to be named. */
function withoutCluster(objects: RbacObjects): RbacObjects {
  return {
    ...objects,
    gaps: objects.gaps.map(({ side: _side, ...gap }) => ({ ...gap, what: gap.what.replace(' of cluster files', '') })),
  };
}
