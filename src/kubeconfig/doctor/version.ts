import { programOf } from '../exec.ts';
import type { Finding, Patient } from './finding.ts';
import { type ExecUser, execUsers } from './users.ts';

const V1ALPHA1 = 'client.authentication.k8s.io/v1alpha1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
const V1 = 'client.authentication.k8s.io/v1';

/**
 * Versions of ExecCredential: kubectl took v1alpha1 out in 1.24 (Kubernetes changelog), and with v1 it wants to be told
 * whether the command may ask (client-go, clientcmd/validation.go: "interactiveMode must be specified").
 */
export function findVersions(patient: Patient): readonly Finding[] {
  return execUsers(patient).flatMap((user): Finding[] => {
    const version = user.exec.apiVersion;
    if (version === V1ALPHA1) return [alpha(user)];
    return version === V1 && user.exec.interactiveMode === undefined ? [interactive(user)] : [];
  });
}

/** The programs that answer in the version that they are asked for. */
const ANSWER_AS_ASKED = new Set(['aws', 'aws-iam-authenticator']);

function alpha({ name, file, path, command, contexts }: ExecUser): Finding {
  return {
    id: 'exec-v1alpha1',
    severity: 'error',
    text: `user ${name} asks for ${V1ALPHA1}, which kubectl no longer knows since 1.24`,
    advice: `write a version that ${programOf(command.command)} answers with; its documentation names it`,
    file,
    path: [...path, 'apiVersion'],
    contexts,
    ...(ANSWER_AS_ASKED.has(programOf(command.command))
      ? { repair: [{ kind: 'set', path: [...path, 'apiVersion'], value: V1BETA1 }] }
      : {}),
  };
}

function interactive({ name, file, path, contexts }: ExecUser): Finding {
  return {
    id: 'exec-interactive-mode',
    severity: 'error',
    text: `user ${name} asks for ${V1} without interactiveMode, and kubectl refuses that`,
    advice: 'add interactiveMode: IfAvailable',
    file,
    path: [...path, 'apiVersion'],
    contexts,
    repair: [{ kind: 'set', path: [...path, 'interactiveMode'], value: 'IfAvailable' }],
  };
}
