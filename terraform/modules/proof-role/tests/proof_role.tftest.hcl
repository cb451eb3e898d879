mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  project    = "orders"
  repository = "acme/orders"
}

run "only_one_environment_of_one_repository_becomes_the_role" {
  command = apply

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition == {
      StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:acme/orders:environment:alert-proof"
      }
    }
    error_message = "Another repository, or another environment, could become the role."
  }
}

run "a_repository_is_known_by_its_number_too" {
  command = apply

  variables {
    repository_id = "4711"
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:repository_id"] == "4711"
    error_message = "Whoever takes over a name that became free would be let in."
  }
}

run "nothing_of_another_project_is_touched" {
  command = apply

  assert {
    condition = alltrue([
      for row in jsondecode(aws_iam_role_policy.this.policy).Statement :
      row.Effect == "Allow" && (row.Resource == ["*"] || alltrue([for arn in row.Resource : strcontains(arn, "orders-") || strcontains(arn, ":policy/") || strcontains(arn, ":key/")]))
    ])
    error_message = "A statement reaches beyond this project."
  }

  assert {
    condition = alltrue([
      for row in jsondecode(aws_iam_role_policy.this.policy).Statement :
      alltrue([for action in row.Action : !strcontains(action, "*") && !strcontains(action, "Publish") && !strcontains(action, "Delete")])
    ])
    error_message = "The role may do more than make $LATEST fail, and look."
  }
}

run "the_state_is_read_when_it_is_named" {
  command = apply

  variables {
    state = { bucket = "acme-terraform-state", key = "orders/terraform.tfstate" }
  }

  assert {
    condition     = contains(flatten([for row in jsondecode(aws_iam_role_policy.this.policy).Statement : row.Resource]), "arn:aws:s3:::acme-terraform-state/orders/terraform.tfstate")
    error_message = "The proof could not read what is deployed."
  }
}

run "a_repository_with_a_wildcard_is_refused" {
  command = plan

  variables {
    repository = "acme/*"
  }

  expect_failures = [var.repository]
}
