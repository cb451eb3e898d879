mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  name = "orders-alerts"
}

run "alarms_and_events_may_publish" {
  command = apply

  assert {
    condition     = { for statement in jsondecode(aws_sns_topic_policy.this.policy).Statement : statement.Principal.Service => try(statement.Condition, null) != null } == { "cloudwatch.amazonaws.com" = true, "events.amazonaws.com" = false }
    error_message = "CloudWatch is held to this account's alarms; EventBridge must come without conditions, it would be silenced."
  }

  assert {
    condition     = jsondecode(aws_sns_topic_policy.this.policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" }, ArnLike = { "aws:SourceArn" = "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:*" } }
    error_message = "The condition names this account and region."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_sns_topic_policy.this.policy).Statement : statement.Action == "sns:Publish" && statement.Resource == aws_sns_topic.this.arn])
    error_message = "Both may publish to this topic and nothing else."
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_sns_topic.this.kms_master_key_id == null
    error_message = "Without a key of one's own the topic is not encrypted with one: alias/aws/sns would silence alarms."
  }
}

run "a_customer_managed_key_lets_alarms_and_events_through" {
  command = apply

  variables {
    customer_managed_key = true
  }

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == aws_kms_key.this[0].arn && aws_kms_alias.this[0].name == "alias/orders-alerts"
    error_message = "The topic is encrypted with the key."
  }

  assert {
    condition = [for statement in jsondecode(aws_kms_key.this[0].policy).Statement : statement if statement.Sid == "PublishersMayEncrypt"] == [{
      Sid       = "PublishersMayEncrypt"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
      Resource  = "*"
    }]
    error_message = "CloudWatch and EventBridge need both, without conditions, or their messages are lost silently."
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation
    error_message = "The key is rotated."
  }
}

run "a_name_that_sns_refuses_is_refused" {
  command = plan

  expect_failures = [var.name]

  variables {
    name = "orders alerts"
  }
}
