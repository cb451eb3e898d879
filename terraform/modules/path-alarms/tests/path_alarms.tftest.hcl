mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  name      = "orders-alerts"
  topic_arn = "arn:aws:sns:us-east-1:123456789012:orders-alerts-delivery"
}

run "the_way_is_watched_by_alarms_that_act_directly" {
  command = plan

  variables {
    undelivered_queue = "orders-alerts-undelivered"
    channels          = { alerts = "orders-alerts" }
  }

  assert {
    condition     = output.names == tolist(["orders-alerts-delivery", "orders-alerts-undelivered-queue", "orders-alerts-unsupported"])
    error_message = "The rows of the catalogue."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.topic_arn]) && alarm.treat_missing_data == "notBreaching" && alarm.period * alarm.evaluation_periods == 180])
    error_message = "They send to the topic themselves: no rule is needed to hear that a rule is broken."
  }
}
