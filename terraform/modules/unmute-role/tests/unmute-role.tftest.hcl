mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  project = "shop"
}

run "only_the_scheduler_of_this_account_becomes_the_role" {
  command = apply

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    }]
    error_message = "A schedule of another account could become the role."
  }
}

run "it_may_enable_alarms_of_this_project_and_nothing_else" {
  command = apply

  assert {
    condition = jsondecode(aws_iam_role_policy.this.policy).Statement == [{
      Effect   = "Allow"
      Action   = "cloudwatch:EnableAlarmActions"
      Resource = "arn:aws:cloudwatch:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:alarm:shop-*"
    }]
    error_message = "The role may do more, or less, than enable the project's alarms."
  }
}
