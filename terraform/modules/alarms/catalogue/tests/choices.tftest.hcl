variables {
  function_name = "orders-api"
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
}

run "the_alarms_of_each_attempt_of_an_asynchronous_function_can_be_asked_for" {
  command = plan

  variables {
    invoked = ["async"]
    alarms  = { errors = { enabled = true }, throttles = { enabled = true } }
  }

  assert {
    condition     = contains(keys(output.alarms), "errors") && contains(keys(output.alarms), "throttles") && !contains(keys(output.alarms), "error_rate")
    error_message = "Asked for is asked for, and only that."
  }
}

run "every_alarm_can_be_switched_off" {
  command = plan

  variables {
    invoked              = ["sync", "async", "stream", "schedule"]
    reserved_concurrency = 10
    failure_rules        = ["orders-api-failures"]
    alarms = {
      errors               = { enabled = false }
      throttles            = { enabled = false }
      marker               = { enabled = false }
      destination_failures = { enabled = false }
      undelivered          = { enabled = false }
      not_running          = { enabled = false }
      duration             = { enabled = false }
      near_memory          = { enabled = false }
      async_age            = { enabled = false }
      iterator_age         = { enabled = false }
      concurrency          = { enabled = false }
    }
  }

  assert {
    condition     = length(output.alarms) == 0 && length(output.groups) == 0 && length(flatten(values(output.speakers))) == 0
    error_message = "Switched off is off."
  }
}

run "every_threshold_can_be_set" {
  command = plan

  variables {
    failure_rules        = ["orders-api-failures"]
    reserved_concurrency = 5
    alarms = {
      errors               = { above = 2 }
      error_rate           = { enabled = true, above_percent = 0.5, at_least_invocations = 1000 }
      throttles            = { above = 10 }
      marker               = { term = "needs a look" }
      async_dropped        = { enabled = true, above = 1 }
      destination_failures = { above = 3 }
      undelivered          = { above = 4 }
      dead_letters         = { enabled = true, queue = "orders-dead", above = 5 }
      duration             = { p95_above_percent_of_timeout = 50 }
      near_timeout         = { enabled = true, above_percent_of_timeout = 75 }
      near_memory          = { above_percent_of_memory = 50 }
      async_age            = { above_percent_of_max_age = 10 }
      iterator_age         = { enabled = true, above_seconds = 60 }
      concurrency          = { enabled = true, above_percent_of_reserved = 60 }
    }
  }

  assert {
    condition = { for key, alarm in output.alarms : key => alarm.threshold } == {
      errors   = 2, error_rate = 0.5, throttles = 10, marker = 0, async_dropped = 1, destination_failures = 3, undelivered = 4, dead_letters = 5,
      duration = 15000, near_timeout = 0, near_memory = 0, async_age = 2160000, iterator_age = 60000, concurrency = 3
    }
    error_message = "The thresholds are the user's."
  }

  assert {
    condition     = strcontains(output.alarms.error_rate.expression, "FILL(invocations, 0) >= 1000") && output.alarms.marker.log_filter == "\"needs a look\"" && output.alarms.dead_letters.dimensions == { QueueName = "orders-dead" }
    error_message = "The minimum of invocations, the marker and the queue are the user's."
  }

  assert {
    condition     = endswith(output.alarms.near_timeout.log_filter, ", duration > 22500, ...]") && endswith(output.alarms.near_memory.log_filter, ", used > 256, ...]")
    error_message = "The limits stand in the filters."
  }

  assert {
    condition     = strcontains(output.alarms.errors.description, "More than 2 invocations") && strcontains(output.alarms.error_rate.description, "0.5 %")
    error_message = "The description says the user's thresholds."
  }
}

run "a_severity_moves_an_alarm_to_the_other_group" {
  command = plan

  variables {
    invoked = ["sync"]
    alarms  = { errors = { severity = "warn" } }
  }

  assert {
    condition     = strcontains(output.groups.warn.rule, "orders-api-errors") && !strcontains(output.groups.page.rule, "orders-api-errors")
    error_message = "The severity is the user's."
  }
}

run "every_alarm_can_speak_for_itself" {
  command = plan

  variables {
    alarms = { grouped = false }
  }

  assert {
    condition     = length(output.groups) == 0 && length(flatten(values(output.speakers))) == length(output.alarms)
    error_message = "One message for each alarm, and no cost for groups."
  }
}

run "a_runbook_of_an_alarm_goes_before_that_of_its_function" {
  command = plan

  variables {
    runbook = "https://wiki.example.com/orders"
    alarms  = { throttles = { runbook = "https://wiki.example.com/throttles" } }
  }

  assert {
    condition     = endswith(output.alarms.errors.description, "\nRunbook: https://wiki.example.com/orders") && endswith(output.alarms.throttles.description, "\nRunbook: https://wiki.example.com/throttles") && strcontains(output.groups.page.description, "https://wiki.example.com/orders")
    error_message = "The nearest one helps most."
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

run "a_call_longer_than_its_timeout_does_not_exist" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { near_timeout = { above_percent_of_timeout = 100 } }
  }
}

run "more_memory_than_there_is_cannot_be_used" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { near_memory = { above_percent_of_memory = 100 } }
  }
}

run "an_event_older_than_lambda_keeps_it_does_not_exist" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { async_age = { above_percent_of_max_age = 100 } }
  }
}

run "a_record_older_than_any_stream_keeps_it_does_not_exist" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { iterator_age = { above_seconds = 31536000 } }
  }
}

run "a_limit_of_concurrency_that_is_not_there_cannot_come_close" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { concurrency = { enabled = true } }
  }
}

run "more_than_the_reserved_concurrency_cannot_run" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { concurrency = { above_percent_of_reserved = 100 } }
  }
}

run "a_dead_letter_queue_needs_its_name" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { dead_letters = { enabled = true } }
  }
}

run "a_schedule_without_an_interval_cannot_be_watched" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    invoked = ["schedule"]
  }
}

run "an_interval_longer_than_cloudwatch_looks_back_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { not_running = { enabled = true, every_minutes = 10080 } }
  }
}

run "a_severity_that_does_not_exist_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { errors = { severity = "panic" } }
  }
}

run "a_runbook_that_is_no_address_is_refused" {
  command = plan

  expect_failures = [var.alarms]

  variables {
    alarms = { errors = { runbook = "ask Ann" } }
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

run "a_language_that_nobody_has_written_is_refused" {
  command = plan

  expect_failures = [var.language]

  variables {
    language = "fr"
  }
}
