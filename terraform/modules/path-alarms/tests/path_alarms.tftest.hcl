mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  name              = "orders-alerts"
  topic_arn         = "arn:aws:sns:ap-northeast-1:123456789012:orders-alerts"
  undelivered_queue = "orders-alerts-undelivered"
  channels          = { alerts = "orders-alerts" }
}

run "the_way_is_watched_by_alarms_that_act_directly" {
  command = plan

  assert {
    condition     = output.names == tolist(["orders-alerts-delivery", "orders-alerts-undelivered-queue", "orders-alerts-unsupported"])
    error_message = "The rows of the catalogue."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.topic_arn]) && alarm.treat_missing_data == "notBreaching" && alarm.datapoints_to_alarm == 1 && alarm.ok_actions == null])
    error_message = "They send to the topic themselves: no rule is needed to hear that a rule is broken."
  }

  assert {
    condition     = endswith(aws_cloudwatch_metric_alarm.this["undelivered_queue"].alarm_description, "#/queues/https%3A%2F%2Fsqs.ap-northeast-1.amazonaws.com%2F123456789012%2Forders-alerts-undelivered")
    error_message = "The queue is a click away."
  }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => "${alarm.evaluation_periods} ${alarm.period} ${alarm.statistic} ${alarm.metric_name} ${join("", values(alarm.dimensions))}" } == {
      undelivered_queue  = "3 60 Maximum ApproximateNumberOfMessagesVisible orders-alerts-undelivered"
      delivery_alerts    = "3 60 Sum MessageDeliveryFailure orders-alerts"
      unsupported_alerts = "3 60 Sum UnsupportedEvents orders-alerts"
    }
    error_message = "Each looks at what the catalogue says."
  }
}

run "an_end_is_told_by_a_rule_to_whoever_heard_of_the_beginning" {
  command = plan

  variables {
    undelivered_queue_arn = "arn:aws:sqs:ap-northeast-1:123456789012:orders-alerts-undelivered"
  }

  assert {
    condition     = aws_cloudwatch_event_rule.recovery["path"].name == "orders-alerts-path-ok" && jsondecode(aws_cloudwatch_event_rule.recovery["path"].event_pattern).detail.alarmName == ["orders-alerts-undelivered-queue", "orders-alerts-unsupported"]
    error_message = "Those whose end can be told; the name ends like those that may write to the queue."
  }

  assert {
    condition     = aws_cloudwatch_event_target.recovery["path"].arn == var.topic_arn && aws_cloudwatch_event_target.recovery["path"].dead_letter_config[0].arn == var.undelivered_queue_arn && strcontains(aws_cloudwatch_event_target.recovery["path"].input_transformer[0].input_template, "\"<alarm> is over\"")
    error_message = "As a custom notification, and kept where it cannot be sent."
  }
}

run "without_anything_to_watch_there_is_no_rule" {
  command = plan

  variables {
    undelivered_queue = null
    channels          = null
  }

  assert {
    condition     = length(output.names) == 0 && length(aws_cloudwatch_event_rule.recovery) == 0
    error_message = "A pattern without a name matches nothing."
  }
}
