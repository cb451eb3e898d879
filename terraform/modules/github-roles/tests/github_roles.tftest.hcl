mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  project    = "orders"
  repository = "acme/orders"
  state      = { bucket = "acme-terraform-state" }
}

run "a_pull_request_plans_and_an_environment_deploys" {
  command = plan

  variables {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition = output.subjects == {
      plan   = ["repo:acme/orders:pull_request", "repo:acme/orders:ref:refs/heads/main"]
      deploy = ["repo:acme/orders:environment:production"]
    }
    error_message = "Pull requests and the branch may plan; only the environment may deploy."
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0
    error_message = "An account has one provider at most: one that is there is used."
  }

  assert {
    condition = jsondecode(aws_iam_role.this["deploy"].assume_role_policy).Statement[0].Condition == {
      StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = ["repo:acme/orders:environment:production"]
      }
    }
    error_message = "Audience and subject are compared as they stand, without wildcards."
  }
}

run "numbers_are_matched_beside_names" {
  command = plan

  variables {
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    repository_id     = "42"
    owner_id          = "7"
    environment       = "live"
  }

  assert {
    condition     = output.subjects.deploy == ["repo:acme/orders:environment:live", "repo:acme@7/orders@42:environment:live"]
    error_message = "Subjects of newer repositories carry the numbers of owner and repository."
  }

  assert {
    condition     = jsondecode(aws_iam_role.this["plan"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:repository_id"] == "42"
    error_message = "Whoever takes over the name does not get the role."
  }
}

run "the_provider_is_made_where_there_is_none" {
  command = plan

  assert {
    condition     = aws_iam_openid_connect_provider.this[0].url == "https://token.actions.githubusercontent.com"
    error_message = "Without an ARN the provider is made."
  }
}

run "a_policy_fits_into_a_role" {
  command = plan

  assert {
    condition     = length(output.policies.deploy) < 10240
    error_message = "All inline policies of a role have at most 10240 characters together."
  }

  assert {
    condition     = strcontains(output.policies.plan, "arn:aws:s3:::acme-terraform-state/orders/terraform.tfstate\"")
    error_message = "The state lies where lambda-alerts puts it."
  }
}

run "half_of_the_numbers_is_refused" {
  command = plan

  variables {
    repository_id = "42"
  }

  expect_failures = [var.owner_id]
}

run "wildcards_are_refused" {
  command = plan

  variables {
    repository  = "acme/*"
    branch      = "*"
    environment = "prod*"
  }

  expect_failures = [var.repository, var.branch, var.environment]
}
