mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  name      = "orders-api"
  image_uri = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/orders-api@sha256:1111111111111111111111111111111111111111111111111111111111111111"
}

run "the_alias_live_serves_the_published_version_of_the_image" {
  command = apply

  assert {
    condition     = aws_lambda_function.this.package_type == "Image" && aws_lambda_function.this.image_uri == var.image_uri
    error_message = "The function must run the image it was given, by digest."
  }

  assert {
    condition     = aws_lambda_function.this.architectures == tolist(["arm64"])
    error_message = "arm64 unless asked otherwise."
  }

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.live.name == "live" && aws_lambda_alias.live.function_version == "7"
    error_message = "Callers use the alias, and it points to the version that this apply published."
  }

  assert {
    condition     = length(aws_lambda_function.this.image_config) == 0 && length(aws_lambda_function.this.environment) == 0
    error_message = "Empty blocks would be differences in every plan."
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "Concurrency is the account's unless some is reserved."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/orders-api" && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "The log group is the one that Lambda writes to, and forgets after a month."
  }

  assert {
    condition     = { for key, config in aws_lambda_function_event_invoke_config.this : config.qualifier => config.destination_config[0].on_failure[0].destination } == { "$LATEST" = "arn:aws:events:ap-northeast-1:123456789012:event-bus/default", "live" = "arn:aws:events:ap-northeast-1:123456789012:event-bus/default" }
    error_message = "Exhausted events of the alias and of $LATEST both go to the default event bus."
  }

  assert {
    condition     = alltrue([for config in aws_lambda_function_event_invoke_config.this : config.maximum_retry_attempts == 2 && config.maximum_event_age_in_seconds == 21600])
    error_message = "Retries are AWS's own default under both qualifiers."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this.policy).Statement == [
      { Sid = "WriteOwnLogs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/orders-api:*" },
      { Sid = "ReportExhaustedEvents", Effect = "Allow", Action = "events:PutEvents", Resource = "arn:aws:events:ap-northeast-1:123456789012:event-bus/default" },
    ]
    error_message = "The role may write its own logs and report failures, nothing else."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.this.assume_role_policy).Statement : statement.Principal] == [{ Service = "lambda.amazonaws.com" }]
    error_message = "Only Lambda may take the role."
  }
}

run "whatever_a_version_consists_of_is_published_again_until_the_state_knows_it" {
  command = plan

  variables {
    handler     = "app.main.handler"
    environment = { STAGE = "test" }
    timeout     = 45
  }

  assert {
    condition = aws_lambda_function.this.source_code_hash == base64sha256(jsonencode({
      architecture = "arm64"
      environment  = { STAGE = "test" }
      handler      = "app.main.handler"
      image        = var.image_uri
      memory       = 512
      timeout      = 45
    }))
    error_message = "An apply that dies between the update and the publication would leave the alias at the old version, and no plan would show it."
  }
}

run "what_is_asked_for_is_set" {
  command = plan

  variables {
    handler              = "app.main.handler"
    architecture         = "x86_64"
    environment          = { STAGE = "test" }
    reserved_concurrency = 5
    async_retries        = 0
    async_max_age        = 60
    policies             = { tables = "arn:aws:iam::123456789012:policy/tables" }
  }

  assert {
    condition     = aws_lambda_function.this.image_config[0].command == tolist(["app.main.handler"]) && aws_lambda_function.this.environment[0].variables == tomap({ STAGE = "test" })
    error_message = "Handler and environment reach the function."
  }

  assert {
    condition     = aws_lambda_function.this.architectures == tolist(["x86_64"]) && aws_lambda_function.this.reserved_concurrent_executions == 5
    error_message = "Architecture and concurrency reach the function."
  }

  assert {
    condition     = alltrue([for config in aws_lambda_function_event_invoke_config.this : config.maximum_retry_attempts == 0 && config.maximum_event_age_in_seconds == 60])
    error_message = "Retries and age hold under both qualifiers."
  }

  assert {
    condition     = { for key, attachment in aws_iam_role_policy_attachment.this : key => attachment.policy_arn } == { tables = "arn:aws:iam::123456789012:policy/tables" }
    error_message = "The user's policies are attached to the role."
  }
}

run "values_below_their_range_are_refused" {
  command = plan

  expect_failures = [var.timeout, var.memory, var.async_retries, var.async_max_age, var.reserved_concurrency]

  variables {
    timeout              = 0
    memory               = 127
    async_retries        = -1
    async_max_age        = 59
    reserved_concurrency = 0
  }
}

run "values_above_their_range_are_refused" {
  command = plan

  expect_failures = [var.timeout, var.memory, var.async_retries, var.async_max_age, var.log_retention_days]

  variables {
    timeout            = 901
    memory             = 10241
    async_retries      = 3
    async_max_age      = 21601
    log_retention_days = 31
  }
}

run "an_image_by_tag_and_other_wrong_texts_are_refused" {
  command = plan

  expect_failures = [var.image_uri, var.architecture, var.environment, var.policies]

  variables {
    image_uri    = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/orders-api:latest"
    architecture = "arm"
    environment  = { "MY-STAGE" = "test" }
    policies     = { tables = "tables" }
  }
}

run "a_name_that_lambda_refuses_is_refused" {
  command = plan

  expect_failures = [var.name]

  variables {
    name = "orders.api"
  }
}

run "a_name_of_a_variable_that_lambda_refuses_is_refused" {
  command = plan

  expect_failures = [var.environment]

  variables {
    environment = { A = "one letter is too short for AWS" }
  }
}
