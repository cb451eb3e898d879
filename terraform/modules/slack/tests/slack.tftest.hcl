mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  name                = "orders-alerts"
  workspace           = "T0ABCDEF"
  channel             = "C0GHJKLMN"
  topic_arns          = ["arn:aws:sns:ap-northeast-1:123456789012:orders-alerts"]
  readable_log_groups = ["/aws/lambda/orders-*"]
}

run "the_channel_reads_the_topics_behind_guardrails" {
  command = apply

  assert {
    condition = jsondecode(aws_cloudformation_stack.this.template_body).Resources.Channel == {
      Type = "AWS::Chatbot::SlackChannelConfiguration"
      Properties = {
        ConfigurationName = "orders-alerts"
        SlackWorkspaceId  = "T0ABCDEF"
        SlackChannelId    = "C0GHJKLMN"
        SnsTopicArns      = ["arn:aws:sns:ap-northeast-1:123456789012:orders-alerts"]
        IamRoleArn        = aws_iam_role.this.arn
        GuardrailPolicies = [aws_iam_policy.this.arn]
        UserRoleRequired  = false
        LoggingLevel      = "ERROR"
      }
    }
    error_message = "The stack holds the channel configuration; without GuardrailPolicies AWS would set AdministratorAccess."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.this.assume_role_policy).Statement : statement.Principal] == [{ Service = "chatbot.amazonaws.com" }]
    error_message = "Only Amazon Q Developer may take the channel's role."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.this.policy_arn == aws_iam_policy.this.arn
    error_message = "The role may do what the guardrail allows."
  }

  assert {
    condition     = alltrue([for action in flatten([for statement in jsondecode(aws_iam_policy.this.policy).Statement : statement.Action]) : can(regex("^cloudwatch:(Describe|Get|List)[*]$|^logs:(Describe|Get|Filter)[A-Za-z]+$|^logs:St(art|op)Query$", action))])
    error_message = "People in the channel read; they change nothing."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_policy.this.policy).Statement : statement.Resource if statement.Sid == "ReadTheseLogs"] == [["arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/orders-*", "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/orders-*:*"]]
    error_message = "Only these logs may be read, as groups and as streams."
  }

  assert {
    condition     = output.arn == "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/orders-alerts"
    error_message = "The configuration's ARN comes out of the stack."
  }
}

run "another_channel_is_an_update_of_the_same_configuration" {
  command = apply

  variables {
    channel = "C0ANOTHER"
  }

  override_resource {
    target = aws_cloudformation_stack.this
    values = { outputs = { ChannelArn = "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/made-anew" } }
  }

  assert {
    condition     = !endswith(output.arn, "/made-anew")
    error_message = "CloudFormation can change the channel in place: nothing is lost meanwhile."
  }
}

run "another_workspace_is_another_stack" {
  command = apply

  variables {
    workspace = "T9ANOTHER"
  }

  override_resource {
    target = aws_cloudformation_stack.this
    values = { outputs = { ChannelArn = "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/made-anew" } }
  }

  assert {
    condition     = endswith(output.arn, "/made-anew")
    error_message = "A configuration cannot move: CloudFormation would make a second one under the name that the first still has, and fail."
  }
}

run "ids_that_are_none_are_refused" {
  command = plan

  expect_failures = [var.name, var.workspace, var.channel]

  variables {
    name      = "orders.alerts"
    workspace = "acme"
    channel   = "#alerts"
  }
}

run "a_channel_that_shows_or_reads_nothing_is_refused" {
  command = plan

  expect_failures = [var.topic_arns, var.readable_log_groups]

  variables {
    topic_arns          = []
    readable_log_groups = []
  }
}
