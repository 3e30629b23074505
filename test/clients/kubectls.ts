import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The versions of Kubernetes that Causeway knows. */
const VERSIONS = ['1.29', '1.30', '1.31', '1.32', '1.33'];

/**
 * `kubectl.1.29` and its like: in KUBECTL_DIR, on the PATH, or beside what the PATH's kubectl really is, as distributions of
 * several put them; where there is none, the one kubectl alone.
 */
export function kubectls(versions: readonly string[] = VERSIONS): readonly string[] {
  const folders = ['KUBECTL_DIR', 'PATH']
    .flatMap((name) => (process.env[name] ?? '').split(delimiter))
    .filter((each) => each !== '');
  const real = folders
    .map((each) => join(each, 'kubectl'))
    .filter((path) => existsSync(path))
    .map((path) => dirname(realpathSync(path)));
  const found = versions.flatMap((version) => {
    const path = [...folders, ...real].map((each) => join(each, `kubectl.${version}`)).find((each) => existsSync(each));
    return path === undefined ? [] : [path];
  });
  return found.length > 0 ? found : ['kubectl'];
}
