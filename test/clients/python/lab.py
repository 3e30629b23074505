"""What programs with boto3 do, done against a lab; prints what came of it as JSON. The environment says where and who."""

import base64
import json
import ssl
import urllib.error
import urllib.request

import boto3
from botocore.exceptions import ClientError
from botocore.signers import RequestSigner

TARGET = "arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app"
RUNNER = "arn:aws:iam::222222222222:role/ci-runner"
FAST = {"Delay": 1, "MaxAttempts": 3}


def trust(principal):
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refused(call, **arguments):
    """The code, the status and the class of an error."""
    try:
        call(**arguments)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return [error.response["Error"]["Code"], status, type(error).__name__]
    return None


def token(session, cluster):
    """The recipe for a token that many programs have copied: a presigned GetCallerIdentity."""
    sts = session.client("sts")
    signer = RequestSigner(
        sts.meta.service_model.service_id, "eu-west-1", "sts", "v4", session.get_credentials(), session.events
    )
    request = {
        "method": "GET",
        "url": f"{sts.meta.endpoint_url}/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {"x-k8s-aws-id": cluster},
        "context": {},
    }
    url = signer.generate_presigned_url(request, region_name="eu-west-1", expires_in=60, operation_name="")
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def pods(cluster, bearer, namespace):
    """The status of a list of pods."""
    authority = base64.b64decode(cluster["certificateAuthority"]["data"]).decode()
    url = f"{cluster['endpoint']}/api/v1/namespaces/{namespace}/pods"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {bearer}"})
    try:
        with urllib.request.urlopen(request, context=ssl.create_default_context(cadata=authority)) as answer:
            return [answer.status, json.load(answer)["kind"]]
    except urllib.error.HTTPError as error:
        return [error.code, json.load(error)["reason"]]


admin = boto3.Session(profile_name="admin")
ci = boto3.Session(profile_name="ci")
target = boto3.Session(profile_name="target")
iam, eks = admin.client("iam"), admin.client("eks")

made = iam.create_role(RoleName="boto", AssumeRolePolicyDocument=trust(RUNNER), Description="R&D <\u00e9>")["Role"]
iam.get_waiter("role_exists").wait(RoleName="boto", WaiterConfig=FAST)
document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "eks:*", "Resource": "*"}]})
policy = iam.create_policy(PolicyName="boto", PolicyDocument=document)["Policy"]["Arn"]
iam.get_waiter("policy_exists").wait(PolicyArn=policy, WaiterConfig=FAST)
iam.attach_role_policy(RoleName="boto", PolicyArn=policy)
iam.create_user(UserName="boto")
iam.get_waiter("user_exists").wait(UserName="boto", WaiterConfig=FAST)
eks.get_waiter("cluster_active").wait(name="prod", WaiterConfig=FAST)
eks.create_access_entry(clusterName="prod", principalArn=made["Arn"], kubernetesGroups=["devs"], tags={"team": "a"})
shown = iam.get_role(RoleName="boto")["Role"]
cluster = target.client("eks").describe_cluster(name="prod")["cluster"]
small = {"PaginationConfig": {"PageSize": 1}}
bearer = token(target, "prod")

print(
    json.dumps(
        {
            "callers": [session.client("sts").get_caller_identity()["Arn"] for session in (admin, ci, target)],
            "role": [shown["Description"], shown["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]],
            "created": shown["CreateDate"].tzinfo is not None and cluster["createdAt"].tzinfo is not None,
            "roles": [
                role["RoleName"] for page in iam.get_paginator("list_roles").paginate(**small) for role in page["Roles"]
            ],
            "attached": iam.list_attached_role_policies(RoleName="boto")["AttachedPolicies"],
            "details": [
                role["RoleName"]
                for page in iam.get_paginator("get_account_authorization_details").paginate(Filter=["Role"], **small)
                for role in page["RoleDetailList"]
            ],
            "clusters": eks.get_paginator("list_clusters").paginate(**small).build_full_result()["clusters"],
            "entries": eks.get_paginator("list_access_entries")
            .paginate(clusterName="prod", **small)
            .build_full_result()["accessEntries"],
            "entry": eks.describe_access_entry(clusterName="prod", principalArn=made["Arn"])["accessEntry"]["tags"],
            "refused": [
                refused(iam.get_role, RoleName="nobody"),
                refused(iam.create_role, RoleName="boto", AssumeRolePolicyDocument=trust(RUNNER)),
                refused(eks.describe_cluster, name="pord"),
                refused(ci.client("eks").list_clusters),
                refused(ci.client("sts").assume_role, RoleArn=RUNNER, RoleSessionName="me"),
                refused(iam.generate_credential_report),
            ],
            "pods": [
                pods(cluster, bearer, "my-app-ns"),
                pods(cluster, bearer, "default"),
                pods(cluster, token(target, "other"), "my-app-ns"),
                pods(cluster, token(ci, "prod"), "my-app-ns"),
            ],
        }
    )
)
