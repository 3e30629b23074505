/** What `causeway token --help` says. */
export const HELP = `USAGE
  causeway token --cluster C [--profile P] [--region R] [--role ARN …]…
  causeway token inspect [TOKEN|-] [-o json]
  causeway token verify [TOKEN|-] --cluster C [-o json]
  causeway token --clean

Prints a token for an EKS cluster, as kubectl wants it from a credential plugin.
It takes the place of \`aws eks get-token\`, whose arguments work as they are.
Roles are assumed in the order of --role; sessions are kept until they end, so
that STS is asked once and not at every kubectl.

inspect says what stands in a token, without asking anybody; verify asks STS
whom a cluster takes its holder for. Without TOKEN both make one from the flags;
with - they read one, or an ExecCredential, from standard input.

FLAGS
     --cluster C          Name or ARN of the cluster (also --cluster-name, and
                          --cluster-id of a local cluster on Outposts)
     --profile P          Profile of ~/.aws/config (else AWS_PROFILE)
     --region R           Region of STS (else that of the cluster's ARN,
                          AWS_REGION, AWS_DEFAULT_REGION, the profile's)
     --role ARN           A role to assume (also --role-arn); may be repeated
     --external-id ID     \\
     --session-name N      \\
     --source-identity N    > of the --role before them; before the only --role
     --tag KEY=VALUE       /  they are its own
     --duration 45m       /   (900 to 43200 seconds, or 15m to 12h)
     --mfa-serial ARN    /    the code is asked on the terminal
     --no-cache           Keep no session, and use none that was kept
     --token-only         Print the token alone
     --clean              Remove what was kept
  -o --output json        For inspect and verify: JSON (else text)
  -h --help               Print this

Exit codes: 0 done, or yes; 1 no (inspect: a cluster would refuse it; verify:
STS does not know it); 2 wrong use, or a broken configuration; 4 could not be
done.

EXAMPLES
  causeway token --cluster prod --region eu-west-1
  causeway token --cluster arn:aws:eks:eu-west-1:111111111111:cluster/prod \\
    --role arn:aws:iam::222222222222:role/jump \\
    --role arn:aws:iam::111111111111:role/ops --external-id c0ffee
  causeway token verify --cluster prod --profile ci
`;
