# What a platform team writes for a cluster that is there: identities in IAM, and their access to the cluster.
# `changed` is the second thought that every such file gets: other groups, scopes, conditions and versions.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "changed" {
  type    = bool
  default = false
}

locals {
  stage      = var.changed ? "production" : "test"
  namespaces = var.changed ? ["default", "my-app-ns"] : ["my-app-ns"]
  issuer     = data.aws_eks_cluster.prod.identity[0].oidc[0].issuer
}

provider "aws" {
  default_tags {
    tags = { managed-by = "terraform" }
  }
}

data "aws_caller_identity" "me" {}
data "aws_partition" "here" {}
data "aws_iam_account_alias" "here" {
  depends_on = [aws_iam_account_alias.here]
}
data "aws_iam_session_context" "me" {
  arn = data.aws_caller_identity.me.arn
}
data "aws_iam_role" "seeded" {
  name = "ci-deploys-my-app"
}
data "aws_iam_roles" "seeded" {
  path_prefix = "/causeway/"
}
data "aws_eks_cluster" "prod" {
  name = "prod"
}
data "aws_eks_clusters" "all" {}
data "aws_eks_cluster_auth" "prod" {
  name = data.aws_eks_cluster.prod.name
}
data "aws_eks_access_entry" "seeded" {
  cluster_name  = "prod"
  principal_arn = data.aws_iam_role.seeded.arn
}

data "aws_iam_principal_policy_simulation" "seeded" {
  policy_source_arn = data.aws_iam_role.seeded.arn
  action_names      = ["eks:DescribeCluster", "eks:DeleteCluster"]
  resource_arns     = [data.aws_eks_cluster.prod.arn]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.here.partition}:iam::222222222222:role/ci-runner"]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.changed ? "decaf" : "c0ffee"]
    }
  }
}

data "aws_iam_policy_document" "describe" {
  statement {
    sid       = "Describe"
    actions   = concat(["eks:DescribeCluster"], var.changed ? ["eks:ListClusters"] : [])
    resources = [data.aws_eks_cluster.prod.arn]
  }
}

# A pod's role by the cluster's own issuer (IRSA).
data "aws_iam_policy_document" "pod" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.prod.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${trimprefix(local.issuer, "https://")}:sub"
      values   = ["system:serviceaccount:my-app-ns:my-app"]
    }
  }
}

resource "aws_iam_account_alias" "here" {
  account_alias = "causeway-lab-platform"
}

resource "aws_iam_policy" "boundary" {
  name   = "tf-boundary"
  path   = "/tf/"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "eks:*", Resource = "*" }] })
}

resource "aws_iam_policy" "describe" {
  name        = "tf-describe"
  description = "Describes the cluster"
  policy      = data.aws_iam_policy_document.describe.json
  tags        = { stage = local.stage }
}

resource "aws_iam_role" "deployer" {
  name                 = "tf-deployer"
  path                 = "/tf/"
  description          = var.changed ? "Deploys, twice considered" : "Deploys from another account"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = var.changed ? 3600 : 7200
  permissions_boundary = var.changed ? null : aws_iam_policy.boundary.arn
  tags                 = { stage = local.stage }
}

resource "aws_iam_role_policy" "list" {
  name   = "list"
  role   = aws_iam_role.deployer.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["eks:ListClusters"], Resource = ["*"] }] })
}

resource "aws_iam_role_policy_attachment" "describe" {
  role       = aws_iam_role.deployer.name
  policy_arn = aws_iam_policy.describe.arn
}

resource "aws_iam_role_policies_exclusive" "deployer" {
  role_name    = aws_iam_role.deployer.name
  policy_names = [aws_iam_role_policy.list.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "deployer" {
  role_name   = aws_iam_role.deployer.name
  policy_arns = [aws_iam_role_policy_attachment.describe.policy_arn]
}

resource "aws_iam_openid_connect_provider" "prod" {
  url             = local.issuer
  client_id_list  = concat(["sts.amazonaws.com"], var.changed ? ["causeway"] : [])
  thumbprint_list = [var.changed ? "0123456789012345678901234567890123456789" : "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
}

resource "aws_iam_role" "pod" {
  name_prefix        = "tf-pod-"
  assume_role_policy = data.aws_iam_policy_document.pod.json
}

resource "aws_iam_role" "node" {
  name = "tf-node"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "node" {
  role       = aws_iam_role.node.name
  policy_arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/AmazonEKSWorkerNodePolicy"
}

resource "aws_iam_instance_profile" "node" {
  name = "tf-node"
  role = aws_iam_role.node.name
}

resource "aws_iam_group" "devs" {
  name = "tf-devs"
  path = var.changed ? "/tf/devs/" : "/tf/"
}

resource "aws_iam_group_policy" "devs" {
  group  = aws_iam_group.devs.name
  name   = "describe"
  policy = data.aws_iam_policy_document.describe.json
}

resource "aws_iam_group_policy_attachment" "devs" {
  group      = aws_iam_group.devs.name
  policy_arn = aws_iam_policy.describe.arn
}

resource "aws_iam_user" "dev" {
  name                 = "tf-dev"
  path                 = var.changed ? "/tf/devs/" : "/tf/"
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { stage = local.stage }
}

resource "aws_iam_access_key" "dev" {
  user   = aws_iam_user.dev.name
  status = var.changed ? "Inactive" : "Active"
}

resource "aws_iam_user_policy" "dev" {
  user   = aws_iam_user.dev.name
  name   = "describe"
  policy = data.aws_iam_policy_document.describe.json
}

resource "aws_iam_user_policy_attachment" "dev" {
  user       = aws_iam_user.dev.name
  policy_arn = aws_iam_policy.describe.arn
}

resource "aws_iam_user_group_membership" "dev" {
  user   = aws_iam_user.dev.name
  groups = [aws_iam_group.devs.name]
}

resource "aws_eks_access_entry" "deployer" {
  cluster_name      = data.aws_eks_cluster.prod.name
  principal_arn     = aws_iam_role.deployer.arn
  kubernetes_groups = var.changed ? ["deployers", "readers"] : ["deployers"]
  user_name         = var.changed ? "deployer:{{SessionName}}" : "deploys:{{SessionName}}"
  tags              = { stage = local.stage }
}

resource "aws_eks_access_policy_association" "edit" {
  cluster_name  = data.aws_eks_cluster.prod.name
  principal_arn = aws_eks_access_entry.deployer.principal_arn
  policy_arn    = "arn:${data.aws_partition.here.partition}:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
  access_scope {
    type       = "namespace"
    namespaces = local.namespaces
  }
}

resource "aws_eks_access_policy_association" "view" {
  cluster_name  = data.aws_eks_cluster.prod.name
  principal_arn = aws_eks_access_entry.deployer.principal_arn
  policy_arn    = "arn:${data.aws_partition.here.partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
  access_scope {
    type = "cluster"
  }
}

resource "aws_eks_access_entry" "node" {
  cluster_name  = data.aws_eks_cluster.prod.name
  principal_arn = aws_iam_role.node.arn
  type          = "EC2_LINUX"
}

output "seen" {
  value = {
    account  = data.aws_caller_identity.me.account_id
    alias    = data.aws_iam_account_alias.here.account_alias
    clusters = data.aws_eks_clusters.all.names
    endpoint = data.aws_eks_cluster.prod.endpoint
    issuer   = data.aws_iam_session_context.me.issuer_arn
    may      = { for one in data.aws_iam_principal_policy_simulation.seeded.results : one.action_name => one.allowed }
    mode     = data.aws_eks_cluster.prod.access_config[0].authentication_mode
    roles    = sort(data.aws_iam_roles.seeded.names)
    trust    = jsondecode(data.aws_iam_role.seeded.assume_role_policy).Statement[0].Principal.AWS
    type     = data.aws_eks_access_entry.seeded.type
    token    = substr(data.aws_eks_cluster_auth.prod.token, 0, 11)
  }
  sensitive = true
}
