variables {
  function_name = "orders-api"
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
}

run "a_function_gets_every_alarm_under_its_own_name" {
  command = plan

  assert {
    condition = { for key, alarm in output.alarms : key => alarm.name } == {
      errors     = "orders-api-errors"
      error_rate = "orders-api-error-rate"
      throttles  = "orders-api-throttles"
      duration   = "orders-api-duration"
      marker     = "orders-api-handled"
    }
    error_message = "Called directly and asynchronously, a function needs all rows."
  }

  assert {
    condition     = { for key, alarm in output.alarms : key => alarm.threshold } == { errors = 0, error_rate = 5, throttles = 0, duration = 24000, marker = 0 }
    error_message = "One error, one throttle and one marked line are enough; 5 % of calls, and 80 % of 30 s in milliseconds."
  }

  assert {
    condition     = output.alarms.error_rate.expression == "IF(invocations >= 20, 100 * errors / invocations, 0)"
    error_message = "One failure among a few calls is no rate."
  }

  assert {
    condition     = output.alarms.marker.log_filter == "\"LAMBDA_ALERT\"" && output.alarms.marker.metric == "orders-api-handled"
    error_message = "The marker is found as a quoted term and counted for this function alone."
  }

  assert {
    condition     = output.alarms.duration.statistic == "p95"
    error_message = "An average hides the slow ones."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : strcontains(alarm.description, "orders-api") && strcontains(alarm.description, "https://ap-northeast-1.console.aws.amazon.com/")])
    error_message = "A description says whom it is about and links to what to look at."
  }
}

run "a_function_called_only_asynchronously_is_not_reported_at_each_attempt" {
  command = plan

  variables {
    invoked = ["async"]
  }

  assert {
    condition     = toset(keys(output.alarms)) == toset(["throttles", "duration", "marker"])
    error_message = "A retry may still succeed; the exhausted event is reported instead."
  }
}

run "null_means_the_default" {
  command = plan

  variables {
    invoked = null
    alarms  = { errors = null, error_rate = { enabled = null, above_percent = null, at_least_invocations = null }, throttles = null, duration = null, marker = null }
  }

  assert {
    condition     = toset(keys(output.alarms)) == toset(["errors", "error_rate", "throttles", "duration", "marker"]) && output.alarms.error_rate.threshold == 5
    error_message = "What another module passes on as null has the catalogue's default."
  }
}
