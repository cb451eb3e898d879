run "a_queue_and_each_channel_have_their_rows" {
  command = plan

  variables {
    name              = "orders-alerts"
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
}

run "without_queue_and_channel_there_is_nothing_to_watch" {
  command = plan

  variables {
    name     = "orders-alerts"
    language = "ja"
  }

  assert {
    condition     = length(output.alarms) == 0 && length(output.coverage) == 0
    error_message = "No row without what it watches."
  }
}
