# Lambda stamps a datapoint at the invocation's start: the failure of an invocation that runs into its timeout is written that far into
# the past. An alarm whose window is shorter never sees it.
variables {
  function_name = "orders-api"
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
  alarms        = { error_rate = { enabled = true } }
}

run "a_timeout_of_a_second_leaves_the_shortest_windows" {
  command = plan

  variables {
    timeout = 1
  }

  assert {
    condition     = { for key in ["errors", "error_rate", "duration", "throttles", "marker"] : key => output.alarms[key].evaluation_periods } == { errors = 3, error_rate = 1, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period]) && output.alarms.error_rate.period >= var.timeout + 360
    error_message = "The window covers the timeout from the first second of the period that an invocation begins in."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : alarm.period * alarm.evaluation_periods <= 86400])
    error_message = "CloudWatch looks back one day at most."
  }
}

run "a_timeout_of_half_a_minute_fits_them_too" {
  command = plan

  variables {
    timeout = 30
  }

  assert {
    condition     = { for key in ["errors", "error_rate", "duration", "throttles", "marker"] : key => output.alarms[key].evaluation_periods } == { errors = 3, error_rate = 1, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period]) && output.alarms.error_rate.period >= var.timeout + 360
    error_message = "The window covers the timeout from the first second of the period that an invocation begins in."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : alarm.period * alarm.evaluation_periods <= 86400])
    error_message = "CloudWatch looks back one day at most."
  }
}

run "a_timeout_of_a_minute_still_fits" {
  command = plan

  variables {
    timeout = 60
  }

  assert {
    condition     = { for key in ["errors", "error_rate", "duration", "throttles", "marker"] : key => output.alarms[key].evaluation_periods } == { errors = 3, error_rate = 1, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period]) && output.alarms.error_rate.period >= var.timeout + 360
    error_message = "The window covers the timeout from the first second of the period that an invocation begins in."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : alarm.period * alarm.evaluation_periods <= 86400])
    error_message = "CloudWatch looks back one day at most."
  }
}

run "a_timeout_longer_than_the_window_widens_the_window" {
  command = plan

  variables {
    timeout = 61
  }

  assert {
    condition     = { for key in ["errors", "error_rate", "duration", "throttles", "marker"] : key => output.alarms[key].evaluation_periods } == { errors = 4, error_rate = 1, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period]) && output.alarms.error_rate.period >= var.timeout + 360
    error_message = "The window covers the timeout from the first second of the period that an invocation begins in."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : alarm.period * alarm.evaluation_periods <= 86400])
    error_message = "CloudWatch looks back one day at most."
  }
}

run "a_timeout_of_14_minutes_is_seen_to_its_end" {
  command = plan

  variables {
    timeout = 840
  }

  assert {
    condition     = { for key in ["errors", "error_rate", "duration", "throttles", "marker"] : key => output.alarms[key].evaluation_periods } == { errors = 16, error_rate = 1, duration = 4, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period]) && output.alarms.error_rate.period >= var.timeout + 360
    error_message = "The window covers the timeout from the first second of the period that an invocation begins in."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : alarm.period * alarm.evaluation_periods <= 86400])
    error_message = "CloudWatch looks back one day at most."
  }
}

run "the_longest_timeout_is_seen_to_its_end" {
  command = plan

  variables {
    timeout = 900
  }

  assert {
    condition     = { for key in ["errors", "error_rate", "duration", "throttles", "marker"] : key => output.alarms[key].evaluation_periods } == { errors = 17, error_rate = 1, duration = 5, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period]) && output.alarms.error_rate.period >= var.timeout + 360
    error_message = "The window covers the timeout from the first second of the period that an invocation begins in."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : alarm.period * alarm.evaluation_periods <= 86400])
    error_message = "CloudWatch looks back one day at most."
  }
}

run "a_job_that_runs_every_quarter_of_an_hour_is_missed_soon_after_it_should_have_finished" {
  command = plan

  variables {
    timeout = 840
    invoked = ["schedule"]
    alarms  = { not_running = { every_minutes = 15 } }
  }

  assert {
    condition     = output.alarms.not_running.period == 60 && output.alarms.not_running.evaluation_periods == 32 && output.alarms.not_running.datapoints_to_alarm == 32
    error_message = "The quarter of an hour, a minute in which it may start, 14 minutes until Lambda counts it, and the minute that takes; empty throughout."
  }

  assert {
    condition     = output.alarms.not_running.comparison == "LessThanThreshold" && output.alarms.not_running.threshold == 1 && output.alarms.not_running.missing == "breaching"
    error_message = "What does not run sends no datapoint: here that is the failure."
  }
}

run "a_function_that_is_new_has_missed_nothing" {
  command = plan

  variables {
    invoked = ["schedule"]
    since   = "2024-02-29T23:59:58Z"
    alarms  = { not_running = { every_minutes = 1440 } }
  }

  assert {
    condition     = output.alarms.not_running.expression == "IF(EPOCH(counted) < 1709251198, 1, counted)" && output.alarms.not_running.operands.counted == { metric = "Invocations", dimensions = { FunctionName = "orders-api" } }
    error_message = "Whatever lies before counts as a run."
  }

  assert {
    condition     = jsonencode(output.intervals) == jsonencode({ not_running = 1440 })
    error_message = "Whoever keeps the moment knows of which alarm and which interval."
  }
}

run "the_first_of_march_follows_a_leap_day" {
  command = plan

  variables {
    invoked = ["schedule"]
    since   = "2028-03-01T00:00:00Z"
    alarms  = { not_running = { every_minutes = 1440 } }
  }

  assert {
    condition     = output.alarms.not_running.expression == "IF(EPOCH(counted) < 1835481600, 1, counted)"
    error_message = "date -u -d 2028-03-01 +%s"
  }
}

run "the_last_of_december_is_in_its_own_year" {
  command = plan

  variables {
    invoked = ["schedule"]
    since   = "2026-12-31T12:00:00Z"
    alarms  = { not_running = { every_minutes = 1440 } }
  }

  assert {
    condition     = output.alarms.not_running.expression == "IF(EPOCH(counted) < 1798718400, 1, counted)"
    error_message = "date -u -d 2026-12-31T12:00:00 +%s"
  }
}

run "the_percentile_of_durations_is_of_the_time_that_the_dashboard_draws_it_of" {
  command = plan

  assert {
    condition     = output.alarms.duration.statistic == "p95" && output.alarms.duration.period == 300
    error_message = "Or its line would lie elsewhere than the alarm fires: see the module dashboard."
  }
}

run "a_share_of_few_calls_is_not_split_by_the_border_of_two_periods" {
  command = plan

  assert {
    condition     = output.alarms.error_rate.period == 420 && output.alarms.error_rate.evaluation_periods == 1 && output.alarms.error_rate.datapoints_to_alarm == 1
    error_message = "5 minutes, the timeout and a minute, as one: halves of a burst would be too small to count, and it would be on, off and on again."
  }

  assert {
    condition     = length(regexall("FILL\\(", output.alarms.error_rate.expression)) == 3
    error_message = "Where CloudWatch finds nothing it looks further back, at what is over."
  }

  assert {
    condition     = strcontains(output.alarms.error_rate.description, "within 7 min, of at least 20") && [for row in output.coverage : row.window if row.row == "error_rate"] == ["7 min"]
    error_message = "The words say the window that it has."
  }
}

run "without_a_moment_every_run_may_have_been_missed" {
  command = plan

  variables {
    invoked = ["schedule"]
    alarms  = { not_running = { every_minutes = 1440 } }
  }

  assert {
    condition     = output.alarms.not_running.expression == "IF(EPOCH(counted) < 0, 1, counted)"
    error_message = "The default is the beginning of time."
  }
}

run "a_nightly_job_is_missed_a_day_later_and_not_in_an_idle_night" {
  command = plan

  variables {
    invoked = ["schedule"]
    alarms  = { not_running = { every_minutes = 1440 } }
  }

  assert {
    condition     = output.alarms.not_running.period * output.alarms.not_running.evaluation_periods > 86400 + 30 && output.alarms.not_running.period == 3600
    error_message = "More than a day is looked back on in hours: shorter periods may not."
  }

  assert {
    condition     = alltrue([for key, alarm in output.alarms : alarm.missing == "notBreaching" if key != "not_running"])
    error_message = "A night without calls is no failure of anything else."
  }
}

run "a_job_that_runs_every_six_days_fits_the_week_that_cloudwatch_looks_back" {
  command = plan

  variables {
    timeout = 900
    invoked = ["schedule"]
    alarms  = { not_running = { every_minutes = 8640 } }
  }

  assert {
    condition     = output.alarms.not_running.period * output.alarms.not_running.evaluation_periods <= 604800
    error_message = "CloudWatch looks back a week at most."
  }
}
