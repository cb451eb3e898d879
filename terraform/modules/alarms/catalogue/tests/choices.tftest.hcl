variables {
  function_name = "orders-api"
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
}

run "the_errors_alarm_of_an_asynchronous_function_can_be_asked_for" {
  command = plan

  variables {
    invoked = ["async"]
    alarms  = { errors = { enabled = true } }
  }

  assert {
    condition     = contains(keys(output.alarms), "errors") && !contains(keys(output.alarms), "error_rate")
    error_message = "Asked for is asked for, and only that."
  }
}

run "every_alarm_can_be_switched_off" {
  command = plan

  variables {
    alarms = { errors = { enabled = false }, error_rate = { enabled = false }, throttles = { enabled = false }, duration = { enabled = false }, marker = { enabled = false } }
  }

  assert {
    condition     = length(output.alarms) == 0
    error_message = "Switched off is off."
  }
}

run "every_threshold_can_be_set" {
  command = plan

  variables {
    alarms = { errors = { above = 2 }, error_rate = { above_percent = 0.5, at_least_invocations = 1000 }, throttles = { above = 10 }, duration = { p95_above_percent_of_timeout = 50 }, marker = { term = "needs a look" } }
  }

  assert {
    condition     = { for key, alarm in output.alarms : key => alarm.threshold } == { errors = 2, error_rate = 0.5, throttles = 10, duration = 15000, marker = 0 }
    error_message = "The thresholds are the user's."
  }

  assert {
    condition     = strcontains(output.alarms.error_rate.expression, "invocations >= 1000") && output.alarms.marker.log_filter == "\"needs a look\""
    error_message = "The minimum of invocations and the marker are the user's."
  }

  assert {
    condition     = strcontains(output.alarms.errors.description, "More than 2 invocations") && strcontains(output.alarms.error_rate.description, "0.5 %")
    error_message = "The description says the user's thresholds."
  }
}

run "thresholds_below_their_range_are_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { errors = { above = -1 } }
  }
}

run "a_negative_count_of_throttles_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { throttles = { above = -1 } }
  }
}

run "a_rate_of_0_percent_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { error_rate = { above_percent = 0 } }
  }
}

run "a_rate_that_can_never_be_exceeded_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { error_rate = { above_percent = 100 } }
  }
}

run "a_rate_of_no_invocations_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { error_rate = { at_least_invocations = 0 } }
  }
}

run "a_duration_that_can_never_be_exceeded_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { duration = { p95_above_percent_of_timeout = 100 } }
  }
}

run "a_duration_of_0_percent_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { duration = { p95_above_percent_of_timeout = 0 } }
  }
}

run "a_marker_that_can_never_be_found_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { marker = { term = "" } }
  }
}

run "a_marker_of_two_lines_can_never_be_found_in_one" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { marker = { term = "LAMBDA\nALERT" } }
  }
}

run "a_marker_that_ends_its_own_quotes_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { marker = { term = "say \"alert\"" } }
  }
}

run "a_way_to_invoke_that_does_not_exist_is_refused" {
  command = plan

  expect_failures = [var.invoked]

  variables {
    invoked = ["sync", "streamed"]
  }
}

run "a_function_that_nobody_invokes_is_refused" {
  command = plan

  expect_failures = [var.invoked]

  variables {
    invoked = []
  }
}

run "a_timeout_of_zero_is_refused" {
  command = plan

  expect_failures = [var.timeout]

  variables {
    timeout = 0
  }
}
