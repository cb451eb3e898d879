# Lambda stamps a datapoint at the invocation's start: the failure of an invocation that runs into its timeout is written that far into
# the past. An alarm whose window is shorter never sees it.
variables {
  function_name = "orders-api"
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
}

run "a_timeout_of_a_second_leaves_the_shortest_windows" {
  command = plan

  variables {
    timeout = 1
  }

  assert {
    condition     = { for key, alarm in output.alarms : key => alarm.evaluation_periods } == { errors = 3, error_rate = 2, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "error_rate", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period])
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
    condition     = { for key, alarm in output.alarms : key => alarm.evaluation_periods } == { errors = 3, error_rate = 2, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "error_rate", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period])
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
    condition     = { for key, alarm in output.alarms : key => alarm.evaluation_periods } == { errors = 3, error_rate = 2, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "error_rate", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period])
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
    condition     = { for key, alarm in output.alarms : key => alarm.evaluation_periods } == { errors = 4, error_rate = 2, duration = 2, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "error_rate", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period])
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
    condition     = { for key, alarm in output.alarms : key => alarm.evaluation_periods } == { errors = 16, error_rate = 4, duration = 4, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "error_rate", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period])
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
    condition     = { for key, alarm in output.alarms : key => alarm.evaluation_periods } == { errors = 17, error_rate = 5, duration = 5, throttles = 2, marker = 3 }
    error_message = "Windows follow the timeout where datapoints do; throttles are counted when they happen, log lines when they have come."
  }

  assert {
    condition     = alltrue([for key in ["errors", "error_rate", "duration"] : output.alarms[key].period * output.alarms[key].evaluation_periods > var.timeout + output.alarms[key].period])
    error_message = "The window covers the timeout from the first second of the period that an invocation begins in."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : alarm.period * alarm.evaluation_periods <= 86400])
    error_message = "CloudWatch looks back one day at most."
  }
}

run "the_longest_description_fits_an_alarm" {
  command = plan

  variables {
    function_name = "a-name-of-sixty-four-characters-which-is-the-most-that-aws-takes"
    log_group     = "/aws/lambda/a-name-of-sixty-four-characters-which-is-the-most-that-aws-takes"
    region        = "ap-southeast-99"
    timeout       = 900
    alarms        = { error_rate = { above_percent = 99.99, at_least_invocations = 1000000 } }
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024])
    error_message = "CloudWatch takes 1024 characters."
  }
}
