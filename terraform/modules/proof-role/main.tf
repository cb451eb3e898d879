data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  partition  = data.aws_partition.this.partition
  region     = data.aws_region.this.id
  account_id = data.aws_caller_identity.this.account_id

  issuer   = "token.actions.githubusercontent.com"
  provider = coalesce(var.oidc_provider_arn, "arn:${local.partition}:iam::${local.account_id}:oidc-provider/${local.issuer}")

  claims = merge(
    {
      "${local.issuer}:aud" = "sts.amazonaws.com"
      "${local.issuer}:sub" = "repo:${var.repository}:environment:${var.environment}"
    },
    var.repository_id == null ? {} : { "${local.issuer}:repository_id" = var.repository_id },
  )

  state_statements = var.state == null ? [] : [
    {
      Sid      = "ReadTheState"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["arn:${local.partition}:s3:::${var.state.bucket}/${var.state.key}"]
    },
    {
      Sid      = "FindTheState"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = ["arn:${local.partition}:s3:::${var.state.bucket}"]
    },
  ]
}

# The dot keeps the name apart from every function's role: no function's name has one.
resource "aws_iam_role" "this" {
  name                 = "${var.project}.proof"
  description          = "What the weekly proof of ${var.project}'s alerts may do."
  max_session_duration = 7200 # a proof of many functions takes more than the hour that is usual

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = local.provider }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = local.claims }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name   = "test-failure"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = concat(local.statements, local.state_statements) })
}
