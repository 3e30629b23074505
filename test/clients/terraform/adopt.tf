# A role and its access entry that somebody made by hand, taken over.

import {
  to = aws_iam_role.adopted
  id = "security-audits"
}

import {
  to = aws_eks_access_entry.adopted
  id = "prod:arn:aws:iam::111111111111:role/causeway/platform-access/security-audits"
}

resource "aws_iam_role" "adopted" {
  name               = "security-audits"
  path               = "/causeway/platform-access/"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::333333333333:role/SecurityAudit" } }] })
  # The provider's default tags would be written to it.
  lifecycle {
    ignore_changes = [tags, tags_all]
  }
}

resource "aws_eks_access_entry" "adopted" {
  cluster_name      = "prod"
  principal_arn     = aws_iam_role.adopted.arn
  kubernetes_groups = ["causeway:platform-access:security-audits"]
  lifecycle {
    ignore_changes = [tags, tags_all]
  }
}
