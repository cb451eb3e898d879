variables {
  name   = "orders-alerts"
  region = "ap-northeast-1"
}

run "a_queue_and_each_channel_have_their_rows" {
  command = plan

  variables {
    undelivered_queue = "orders-alerts-undelivered"
    channels          = { alerts = "orders-alerts", page = "orders-alerts-page" }
    recovery_rules    = ["orders-api-ok", "orders-alerts-path-ok"]
  }

  assert {
    condition = { for key, alarm in output.alarms : key => "${alarm.name} ${alarm.namespace}/${join(" ", [for operand in alarm.operands : "${operand.metric} ${join("", values(operand.dimensions))}"])}" } == {
      undelivered_queue  = "orders-alerts-undelivered-queue AWS/SQS/ApproximateNumberOfMessagesVisible orders-alerts-undelivered"
      recoveries         = "orders-alerts-recoveries AWS/Events/FailedInvocations orders-api-ok FailedInvocations orders-alerts-path-ok"
      delivery_alerts    = "orders-alerts-delivery AWS/Chatbot/MessageDeliveryFailure orders-alerts"
      unsupported_alerts = "orders-alerts-unsupported AWS/Chatbot/UnsupportedEvents orders-alerts"
      delivery_page      = "orders-alerts-page-delivery AWS/Chatbot/MessageDeliveryFailure orders-alerts-page"
      unsupported_page   = "orders-alerts-page-unsupported AWS/Chatbot/UnsupportedEvents orders-alerts-page"
    }
    error_message = "An alarm on a metric or dimension that does not exist can never fire."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024 && strcontains(alarm.description, "\nNext: ")])
    error_message = "Each says what to do."
  }

  assert {
    condition     = join(" ", output.ending) == join(" ", ["orders-alerts-page-unsupported", "orders-alerts-undelivered-queue", "orders-alerts-unsupported"])
    error_message = "The end of a broken channel or rule would have to be told by what is broken, and be the next failure."
  }
}

run "each_leads_to_where_to_look" {
  command = plan

  variables {
    undelivered_queue     = "orders-alerts-undelivered"
    undelivered_queue_url = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/orders-alerts-undelivered"
    channels              = { alerts = "orders-alerts" }
    recovery_rules        = ["orders-api-ok"]
  }

  assert {
    condition = { for key, alarm in output.alarms : key => reverse(split("\n", alarm.description))[0] } == {
      undelivered_queue  = "Queue: https://ap-northeast-1.console.aws.amazon.com/sqs/v3/home?region=ap-northeast-1#/queues/https%3A%2F%2Fsqs.ap-northeast-1.amazonaws.com%2F123456789012%2Forders-alerts-undelivered"
      recoveries         = "Rules (those that end with -ok): https://ap-northeast-1.console.aws.amazon.com/events/home?region=ap-northeast-1#/rules"
      delivery_alerts    = "Log of Amazon Q: https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Fchatbot$252Forders-alerts"
      unsupported_alerts = "Log of Amazon Q: https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Fchatbot$252Forders-alerts"
    }
    error_message = "The queue, the rules, or what Amazon Q says of it."
  }
}

run "the_longest_names_leave_room_for_the_link_in_both_languages" {
  command = plan

  variables {
    name                  = "a-project-of-thirty-characters-alerts"
    region                = "ap-southeast-99"
    undelivered_queue     = "a-project-of-thirty-characters-alerts-undelivered"
    undelivered_queue_url = "https://sqs.ap-southeast-99.amazonaws.com/123456789012/a-project-of-thirty-characters-alerts-undelivered"
    channels              = { page = "a-project-of-thirty-characters-alerts-page" }
    recovery_rules        = ["a-project-of-thirty-characters-alerts-path-ok"]
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024 && strcontains(alarm.description, "https://")])
    error_message = "CloudWatch takes 1024 characters."
  }
}

run "an_alarm_takes_ten_metrics_so_more_rules_need_more_alarms" {
  command = plan

  variables {
    recovery_rules = [for number in range(12) : "orders-${number}-ok"]
  }

  assert {
    condition     = { for key, alarm in output.alarms : key => "${alarm.name} ${length(alarm.operands)}" } == { recoveries = "orders-alerts-recoveries 10", recoveries_2 = "orders-alerts-recoveries-2 2" }
    error_message = "None is left out."
  }

  assert {
    condition     = { for row in output.coverage : row.name => "${row.window} ${row.dollars}" } == { orders-alerts-recoveries = "7 min 1", orders-alerts-recoveries-2 = "7 min 0.2" }
    error_message = "Each metric is paid for; EventBridge counts when it has given up."
  }
}

run "without_queue_and_channel_there_is_nothing_to_watch" {
  command = plan

  variables {
    language = "ja"
  }

  assert {
    condition     = length(output.alarms) == 0 && length(output.coverage) == 0
    error_message = "No row without what it watches."
  }
}
