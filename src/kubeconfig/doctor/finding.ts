import type { Profiles } from '../profiles.ts';
import type { KubeconfigText } from '../read.ts';
import type { TextEdit, TextPath } from '../text/edit.ts';
import type { FileValue } from '../view.ts';

/** Ids of findings; they stay, so that scripts can name them (docs/kubeconfig.md). */
export type FindingId =
  | 'unreadable-file'
  | 'exec-v1alpha1'
  | 'exec-interactive-mode'
  | 'role-assumed-twice'
  | 'profile-and-role'
  | 'profile-from-shell'
  | 'profile-missing'
  | 'shared-user'
  | 'token-of-other-cluster'
  | 'dead-context'
  | 'dead-current-context'
  | 'command-missing'
  | 'command-relative'
  | 'command-npx'
  | 'no-token-command';

/** Something in a kubeconfig that does not work, or that will surprise somebody. */
export interface Finding {
  readonly id: FindingId;
  /** An error cannot work; a warning may. */
  readonly severity: 'error' | 'warning';
  /** What is wrong, as a sentence. */
  readonly text: string;
  /** What to do where nothing is repaired by itself. */
  readonly advice: string;
  readonly file: string;
  /** Where it stands. */
  readonly path: TextPath;
  /** A position, where there is no path (the file could not be read); 1-based. */
  readonly line?: number;
  readonly column?: number;
  /** The contexts that it hits. */
  readonly contexts: readonly string[];
  /** Edits of the file that repair it. */
  readonly repair?: readonly TextEdit[];
}

/** What a kubeconfig finds around it. */
export interface DoctorWorld {
  readonly profiles: Profiles;
  /** AWS_PROFILE of the shell. */
  readonly shellProfile?: string;
  /** Absolute path of this program, for repairs; unknown where it runs from a package runner. */
  readonly program?: string;
  /** Whether a command can be run: a bare name is looked for on the PATH, a relative path from the folder of `file`. */
  readonly isThere: (command: string, file: string) => boolean;
}

/** What a rule looks at. */
export interface Patient {
  readonly files: readonly FileValue[];
  readonly texts: readonly KubeconfigText[];
  readonly world: DoctorWorld;
  /** Every file could be read: an entry that is not here is nowhere. */
  readonly complete: boolean;
}
