mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  function_names         = ["orders-api", "orders-api2"]
  topic_arn              = "arn:aws:sns:ap-northeast-1:123456789012:orders-alerts"
  dead_letter_queue_name = "orders-alerts-undelivered"
}

run "every_function_has_a_rule_that_notifies_the_topic" {
  command = apply

  assert {
    condition     = output.rule_names == { orders-api = "orders-api-failures", orders-api2 = "orders-api2-failures" }
    error_message = "The rule that most failures match."
  }

  assert {
    condition     = [output.stopped_rule_names["orders-api"], output.untold_rule_names["orders-api"]] == ["orders-api-stopped", "orders-api-untold"]
    error_message = "The rules that the rest matches."
  }

  assert {
    condition     = toset(output.all_rule_names["orders-api"]) == toset(["orders-api-failures", "orders-api-stopped", "orders-api-untold"])
    error_message = "Three rules for each function, of which one matches."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["orders-api"].event_pattern).detail.requestContext.functionArn == ["arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api", { prefix = "arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api:" }]
    error_message = "The rule of orders-api matches events of orders-api, not of orders-api2."
  }

  assert {
    condition     = alltrue([for rule in aws_cloudwatch_event_rule.this : rule.state == "ENABLED"])
    error_message = "Left unsaid, a rule that somebody has disabled is no difference to Terraform, and silent for ever."
  }

  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.topic : target.arn == var.topic_arn && target.dead_letter_config[0].arn == aws_sqs_queue.undelivered.arn])
    error_message = "What cannot reach the topic is kept in the queue."
  }

  assert {
    condition     = alltrue([for name, target in aws_cloudwatch_event_target.topic : target.input_transformer[0].input_template == module.notification[name].input_template && length(target.input_transformer[0].input_paths) > 0])
    error_message = "The topic gets the notification, not the raw event: Amazon Q Developer drops that silently."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.undelivered.policy).Statement == [{
      Sid       = "RulesMayLeaveWhatTheyCouldNotDeliver"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:ap-northeast-1:123456789012:orders-alerts-undelivered"
      Condition = { ArnLike = { "aws:SourceArn" = [for suffix in ["failures", "stopped", "untold", "ok"] : "arn:aws:events:ap-northeast-1:123456789012:rule/*-${suffix}"] } }
    }]
    error_message = "EventBridge may write to the queue for this module's rules."
  }

  assert {
    condition     = aws_sqs_queue.undelivered.message_retention_seconds == 1209600 && aws_sqs_queue.undelivered.sqs_managed_sse_enabled
    error_message = "Events are kept as long as SQS can, encrypted."
  }
}

run "each_function_has_its_thread_or_each_event_has" {
  command = plan

  variables {
    threads = { orders-api = "orders-api version 7" }
  }

  assert {
    condition = { for name, target in aws_cloudwatch_event_target.topic : name => regex("\"threadId\":\"([^\"]*)\"", target.input_transformer[0].input_template)[0] } == merge(
      { for rule in ["orders-api", "orders-api/message", "orders-api/none"] : rule => "orders-api version 7" },
      { for rule in ["orders-api2", "orders-api2/message", "orders-api2/none"] : rule => "orders-api2 <requestId>" },
    )
    error_message = "All three rules of a function share its thread."
  }
}

run "names_that_make_no_rule_or_queue_are_refused" {
  command = plan

  expect_failures = [var.function_names, var.dead_letter_queue_name]

  variables {
    function_names         = ["a-function-whose-name-leaves-no-room-for-the-suffix-of-a-rule"]
    dead_letter_queue_name = "undelivered.fifo"
  }
}
