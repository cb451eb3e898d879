data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  issuer   = "token.actions.githubusercontent.com"
  provider = coalesce(var.oidc_provider_arn, one(aws_iam_openid_connect_provider.this[*].arn))

  # Subjects of older repositories have names alone, those of newer ones names with numbers. Both are spelled out: a wildcard
  # between the numbers could be filled by whoever owns a repository whose name ends like this one.
  owner    = split("/", var.repository)[0]
  name     = split("/", var.repository)[1]
  numbered = var.repository_id == null ? [] : ["${local.owner}@${var.owner_id}/${local.name}@${var.repository_id}"]
  named    = [for repository in concat([var.repository], local.numbered) : "repo:${repository}"]

  # What a job must be to take a role.
  subjects = {
    plan   = flatten([for name in local.named : ["${name}:pull_request", "${name}:ref:refs/heads/${var.branch}"]])
    deploy = [for name in local.named : "${name}:environment:${var.environment}"]
  }

  trust = {
    for role, subjects in local.subjects : role => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Principal = { Federated = local.provider }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = merge(
            { "${local.issuer}:aud" = "sts.amazonaws.com", "${local.issuer}:sub" = subjects },
            var.repository_id == null ? {} : { "${local.issuer}:repository_id" = var.repository_id },
          )
        }
      }]
    })
  }

  policies = {
    plan   = jsonencode({ Version = "2012-10-17", Statement = concat(local.reading, local.reading_state) })
    deploy = jsonencode({ Version = "2012-10-17", Statement = concat(local.reading, local.reading_state, local.writing, local.writing_state) })
  }
}

resource "aws_iam_openid_connect_provider" "this" {
  count = var.oidc_provider_arn == null ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

# Outside of everything that begins with the project's name: whoever deploys cannot widen the role that deploys.
resource "aws_iam_role" "this" {
  for_each = local.trust

  name                 = "github-${var.project}-${each.key}"
  path                 = "/lambda-alerts/"
  description          = "What jobs of ${var.repository} may do to ${each.key} ${var.project}."
  assume_role_policy   = each.value
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "this" {
  for_each = local.policies

  name   = each.key
  role   = aws_iam_role.this[each.key].name
  policy = each.value
}
