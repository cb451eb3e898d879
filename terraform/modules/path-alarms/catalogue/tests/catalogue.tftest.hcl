variables {
  name   = "orders-alerts"
  region = "ap-northeast-1"
}

run "a_queue_and_each_channel_have_their_rows" {
  command = plan

  variables {
    undelivered_queue = "orders-alerts-undelivered"
    channels          = { alerts = "orders-alerts", page = "orders-alerts-page" }
  }

  assert {
    condition = { for key, alarm in output.alarms : key => "${alarm.name} ${alarm.namespace}/${alarm.metric} ${join("", values(alarm.dimensions))}" } == {
      undelivered_queue  = "orders-alerts-undelivered-queue AWS/SQS/ApproximateNumberOfMessagesVisible orders-alerts-undelivered"
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
    error_message = "The end of a broken channel would have to be told by what is broken, and be the next failure."
  }
}

run "each_leads_to_where_to_look" {
  command = plan

  variables {
    undelivered_queue     = "orders-alerts-undelivered"
    undelivered_queue_url = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/orders-alerts-undelivered"
    channels              = { alerts = "orders-alerts" }
  }

  assert {
    condition = { for key, alarm in output.alarms : key => reverse(split("\n", alarm.description))[0] } == {
      undelivered_queue  = "Queue: https://ap-northeast-1.console.aws.amazon.com/sqs/v3/home?region=ap-northeast-1#/queues/https%3A%2F%2Fsqs.ap-northeast-1.amazonaws.com%2F123456789012%2Forders-alerts-undelivered"
      delivery_alerts    = "Log of Amazon Q: https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Fchatbot$252Forders-alerts"
      unsupported_alerts = "Log of Amazon Q: https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Fchatbot$252Forders-alerts"
    }
    error_message = "The queue, or what Amazon Q says of it."
  }
}

run "the_longest_names_leave_room_for_the_link" {
  command = plan

  variables {
    name                  = "a-project-of-thirty-characters-alerts"
    region                = "ap-southeast-99"
    undelivered_queue     = "a-project-of-thirty-characters-alerts-undelivered"
    undelivered_queue_url = "https://sqs.ap-southeast-99.amazonaws.com/123456789012/a-project-of-thirty-characters-alerts-undelivered"
    channels              = { page = "a-project-of-thirty-characters-alerts-page" }
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024 && strcontains(alarm.description, "https://")])
    error_message = "CloudWatch takes 1024 characters."
  }

  assert {
    condition     = { for row in output.coverage : row.row => "${row.window} ${row.dollars}" } == { undelivered_queue = "3 min 0.1", delivery_page = "3 min 0.1", unsupported_page = "3 min 0.1" }
    error_message = "Each is one metric that is paid for."
  }
}

run "and_so_they_do_in_japanese" {
  command = plan

  variables {
    name                  = "a-project-of-thirty-characters-alerts"
    region                = "ap-southeast-99"
    undelivered_queue     = "a-project-of-thirty-characters-alerts-undelivered"
    undelivered_queue_url = "https://sqs.ap-southeast-99.amazonaws.com/123456789012/a-project-of-thirty-characters-alerts-undelivered"
    channels              = { page = "a-project-of-thirty-characters-alerts-page" }
    language              = "ja"
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024 && strcontains(alarm.description, "https://") && strcontains(alarm.description, "\n次にすること: ")])
    error_message = "CloudWatch takes 1024 characters, and somebody has to read them."
  }

  assert {
    condition     = alltrue([for row in output.coverage : length(regexall("[ぁ-ん]", row.covers)) > 0 && length(regexall("[ぁ-ん]", row.fires)) > 0 && length(regexall("[ぁ-ん]", row.quiet)) > 0 && length(regexall("[ぁ-ん]", row.next)) > 0])
    error_message = "Every text of every row."
  }
}

run "without_queue_and_channel_there_is_nothing_to_watch" {
  command = plan

  assert {
    condition     = length(output.alarms) == 0 && length(output.coverage) == 0
    error_message = "No row without what it watches."
  }
}
