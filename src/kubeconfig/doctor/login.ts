import { expandAwsOption, type TokenCommand } from '../exec.ts';
import { profileChain } from '../profiles.ts';
import type { TextEdit } from '../text/edit.ts';
import type { Finding, Patient } from './finding.ts';
import { type ExecUser, execUsers } from './users.ts';

/** Who the command becomes: the roles of its profile, then those that it assumes itself. */
export function findLogins(patient: Patient): readonly Finding[] {
  return execUsers(patient).flatMap((user) => {
    const { token } = user;
    return 'error' in token ? [] : loginOf(user, token, patient);
  });
}

function loginOf(user: ExecUser, token: TokenCommand, { world }: Patient): Finding[] {
  const found: Finding[] = [];
  const { name, file, path, contexts } = user;
  const at = { file, path: [...path, 'args'], contexts };
  const profile = token.profile ?? world.shellProfile;
  if (profile === undefined) return [];
  if (token.profile === undefined) {
    found.push({
      ...at,
      id: 'profile-from-shell',
      severity: 'warning',
      text: `user ${name} names no profile, and this shell has AWS_PROFILE=${profile}: each shell is somebody else to the cluster`,
      advice: 'causeway kubeconfig with --profile writes the profile down; unset AWS_PROFILE where none is meant',
    });
  }
  const chain = profileChain(world.profiles, profile);
  if ('error' in chain) {
    if (token.profile === undefined) return found;
    found.push({
      ...at,
      id: 'profile-missing',
      severity: 'error',
      text: `user ${name} runs with profile ${profile}, and ${chain.error} on this machine`,
      advice: `add the profile to ~/.aws/config, or make the context anew with causeway kubeconfig; AWS_PROFILE is written down by aws eks update-kubeconfig when the shell has it`,
    });
    return found;
  }
  const last = chain.steps.at(-1)?.role;
  const [first] = token.roles;
  if (last === undefined || first === undefined || token.command === 'causeway') return found;
  if (last === first.role) {
    found.push({
      ...at,
      id: 'role-assumed-twice',
      severity: 'error',
      text: `user ${name} assumes ${last} twice: profile ${profile} does, and then --role again, which only a role that trusts itself allows`,
      advice: 'take one of them out',
      ...(token.profile === undefined ? {} : { repair: withoutRole(user) }),
    });
  } else if (token.profile !== undefined) {
    found.push({
      ...at,
      id: 'profile-and-role',
      severity: 'warning',
      text: `user ${name} becomes ${last} by profile ${profile}, and from there ${first.role} by --role`,
      advice: `right if that chain is meant; aws eks update-kubeconfig writes AWS_PROFILE down when the shell has it, so it may be there by chance`,
    });
  }
  return found;
}

/** Takes the role flag and its value out of the arguments, the last first. */
function withoutRole({ command, path }: ExecUser): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (let i = command.args.length - 1; i >= 0; i--) {
    const word = command.args[i] ?? '';
    const [flag = ''] = word.split('=');
    const isRole = expandAwsOption(flag) === '--role-arn' || flag === '-r' || flag === '--role';
    if (!isRole) continue;
    if (!word.includes('=')) edits.push({ kind: 'remove', path: [...path, 'args', i + 1] });
    edits.push({ kind: 'remove', path: [...path, 'args', i] });
  }
  return edits;
}
