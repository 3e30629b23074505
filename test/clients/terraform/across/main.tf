# The article by Terraform: a pipeline's account makes its own role, and through a role of the platform's account the role
# there that the pipeline may become, with its access to the cluster.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

provider "aws" {
  alias = "platform"
  assume_role {
    role_arn     = "arn:aws:iam::111111111111:role/terraform"
    session_name = "across"
    external_id  = "c0ffee"
  }
}

data "aws_caller_identity" "delivery" {}
data "aws_caller_identity" "platform" {
  provider = aws.platform
}

resource "aws_iam_role" "pipeline" {
  name               = "tf-pipeline"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.delivery.account_id } }] })
}

resource "aws_iam_role_policy" "become" {
  name   = "become-the-deployer"
  role   = aws_iam_role.pipeline.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = aws_iam_role.deployer.arn }] })
}

resource "aws_iam_role" "deployer" {
  provider           = aws.platform
  name               = "tf-deployer"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_role.pipeline.arn } }] })
}

resource "aws_eks_access_entry" "deployer" {
  provider      = aws.platform
  cluster_name  = "prod"
  principal_arn = aws_iam_role.deployer.arn
}

resource "aws_eks_access_policy_association" "deployer" {
  provider      = aws.platform
  cluster_name  = "prod"
  principal_arn = aws_eks_access_entry.deployer.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
  access_scope {
    type       = "namespace"
    namespaces = ["my-app-ns"]
  }
}

output "accounts" {
  value = [data.aws_caller_identity.delivery.account_id, data.aws_caller_identity.platform.account_id]
}
