/** What Node's `os` knows of the user. */
export interface Users {
  readonly homedir: () => string;
  readonly userInfo: () => { readonly homedir: string };
}

/**
 * The home folder of whoever runs us: HOME, else what the system has for the user, else `/`, as containers have it. An
 * empty or relative HOME is none: what is private would be kept in whatever folder the command was called.
 */
export function homeFolder({ homedir, userInfo }: Users = process.getBuiltinModule('node:os')): string {
  for (const ask of [homedir, () => userInfo().homedir]) {
    try {
      const home = ask();
      // Of Windows too: C:\Users\alice, \\server\alice.
      if (/^(?:\/|[a-z]:[\\/]|\\\\)/i.test(home)) return home;
    } catch {
      // The user has no entry among the system's users: a container with a number for a user.
    }
  }
  return '/';
}
