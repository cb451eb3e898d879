variables {
  function_name = "orders-api"
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
  failure_rules = ["orders-api-failures", "orders-api-stopped", "orders-api-untold"]
  dashboard     = true
}

run "without_a_dashboard_no_message_names_one" {
  command = plan

  variables {
    dashboard = false
  }

  assert {
    condition     = !strcontains(jsonencode([output.alarms, output.groups, output.coverage]), "ashboard") && output.dashboard_url == null
    error_message = "A link leads nowhere, or a text speaks of what is not there."
  }
}

run "a_function_gets_the_alarms_that_suit_it_under_its_own_name" {
  command = plan

  assert {
    condition = { for key, alarm in output.alarms : key => alarm.name } == {
      errors               = "orders-api-errors"
      throttles            = "orders-api-throttles"
      marker               = "orders-api-handled"
      destination_failures = "orders-api-destination-failures"
      undelivered          = "orders-api-undelivered"
      duration             = "orders-api-duration"
      near_memory          = "orders-api-near-memory"
      async_age            = "orders-api-async-age"
    }
    error_message = "Called directly and asynchronously, it needs these; error_rate, near_timeout and async_dropped would say the same a second time."
  }

  assert {
    condition     = { for key, alarm in output.alarms : key => alarm.threshold } == { errors = 0, throttles = 0, marker = 0, destination_failures = 0, undelivered = 0, duration = 24000, near_memory = 0, async_age = 10800000 }
    error_message = "One failure is enough; 80 % of 30 s and half of six hours, in milliseconds."
  }

  assert {
    condition     = output.alarms.marker.log_filter == "\"LAMBDA_ALERT\"" && output.alarms.marker.metric == "orders-api-handled"
    error_message = "The marker is found as a quoted term and counted for this function alone."
  }

  assert {
    condition     = output.alarms.undelivered.expression == "SUM([rule_1, rule_2, rule_3])" && output.alarms.undelivered.missing == "notBreaching" && [for operand in output.alarms.undelivered.operands : "${operand.metric} ${operand.dimensions.RuleName}"] == ["FailedInvocations orders-api-failures", "FailedInvocations orders-api-stopped", "FailedInvocations orders-api-untold"]
    error_message = "One rule matches each event, and each may fail to deliver; one that has failed nothing counts nothing."
  }

  assert {
    condition     = output.alarms.duration.statistic == "p95"
    error_message = "An average hides the slow ones."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : strcontains(alarm.description, "orders-api") && strcontains(alarm.description, "https://ap-northeast-1.console.aws.amazon.com/") && strcontains(alarm.description, "\nNext: ") && strcontains(alarm.description, "#dashboards/dashboard/orders-api")])
    error_message = "A description says whom it is about and what to do, and links to the log and the dashboard."
  }
}

run "limits_on_metrics_of_lambda_can_be_drawn_as_lines" {
  command = plan

  assert {
    condition = [for line in output.lines : "${line.metric} ${line.value} ${line.severity} ${line.label}"] == [
      "AsyncEventAge 10800000 warn async-age: events that wait too long",
      "DestinationDeliveryFailures 0 page destination-failures: lost failure reports",
      "Duration 24000 warn duration: slow invocations",
      "Errors 0 page errors: failed invocations",
      "Throttles 0 page throttles: refused calls",
    ]
    error_message = "The thresholds of the alarms that there are; those on logs, queues and rules are in no graph of the function."
  }
}

run "a_call_close_to_the_timeout_is_a_line_among_durations" {
  command = plan

  variables {
    alarms = { near_timeout = { enabled = true }, error_rate = { enabled = true }, errors = { enabled = false }, throttles = { severity = "warn" } }
  }

  assert {
    condition = [for line in output.lines : "${line.metric} ${line.value} ${line.severity}" if !startswith(line.metric, "Async") && !startswith(line.metric, "Destination")] == [
      "Duration 24000 warn", "Duration 27000 warn", "Throttles 0 warn"
    ]
    error_message = "It is counted from log lines, but its limit is one of durations; a share is in no graph, and an alarm that is off is no line."
  }
}

run "memory_is_read_from_the_report_line_field_by_field" {
  command = plan

  assert {
    condition     = output.alarms.near_memory.log_filter == "[report=\"REPORT\", id_name=\"RequestId:\", id, duration_name=\"Duration:\", duration, duration_unit=\"ms\", billed, billed_name, billed_duration, billed_unit, size_1, size_2, size, size_unit, max_1=\"Max\", max_2=\"Memory\", max_3=\"Used:\", used > 460, ...]"
    error_message = "90 % of 512 MB; the fields that follow differ: Init Duration, XRAY TraceId, Status."
  }
}

run "a_function_called_only_asynchronously_is_not_reported_at_each_attempt" {
  command = plan

  variables {
    invoked = ["async"]
  }

  assert {
    condition     = length(setintersection(keys(output.alarms), ["errors", "error_rate", "throttles", "async_dropped"])) == 0
    error_message = "A retry may still succeed, after a failure as after a throttle; the exhausted event is reported instead, and once."
  }

  assert {
    condition     = contains(keys(output.alarms), "async_age") && [for one in output.uncovered : one.why if one.row == "throttles"] == ["it is not called directly; Lambda keeps events that it refuses and tries again, and a rule reports each that it gives up on"]
    error_message = "An event that is throttled waits: that is what async_age looks at."
  }
}

run "a_function_called_only_directly_has_nothing_asynchronous_to_watch" {
  command = plan

  variables {
    invoked = ["sync"]
  }

  assert {
    condition     = toset(keys(output.alarms)) == toset(["errors", "throttles", "marker", "duration", "near_memory"])
    error_message = "An alarm on a metric that the function never emits can never fire."
  }
}

run "a_function_behind_a_stream_is_watched_for_falling_behind" {
  command = plan

  variables {
    invoked = ["stream"]
  }

  assert {
    condition     = output.alarms.iterator_age.threshold == 600000 && contains(keys(output.alarms), "errors") && contains(keys(output.alarms), "throttles") && !contains(keys(output.alarms), "async_age")
    error_message = "A batch that fails holds up its shard: each attempt counts."
  }
}

run "a_scheduled_function_is_called_asynchronously" {
  command = plan

  variables {
    invoked = ["schedule"]
    alarms  = { not_running = { every_minutes = 60 } }
  }

  assert {
    condition     = contains(keys(output.alarms), "not_running") && contains(keys(output.alarms), "async_age") && !contains(keys(output.alarms), "errors") && !contains(keys(output.alarms), "throttles")
    error_message = "Its retries are not failures, and it has to run."
  }
}

run "concurrency_is_watched_where_there_is_a_limit_with_room_below" {
  command = plan

  variables {
    reserved_concurrency = 10
  }

  assert {
    condition     = output.alarms.concurrency.threshold == 8 && output.alarms.concurrency.statistic == "Maximum"
    error_message = "80 % of 10."
  }
}

run "failures_page_and_limits_that_come_close_warn" {
  command = plan

  assert {
    condition     = toset([for key, alarm in output.alarms : key if alarm.severity == "warn"]) == toset(["duration", "near_memory", "async_age"])
    error_message = "What has failed is a page; what may fail soon is a warning."
  }

  assert {
    condition     = { for severity, group in output.groups : severity => group.name } == { page = "orders-api-page", warn = "orders-api-warn" } && alltrue([for alarm in output.alarms : alarm.grouped])
    error_message = "A burst is one message of each severity: a warning that lasts does not hide a failure."
  }

  assert {
    condition     = output.groups.warn.rule == "ALARM(\"orders-api-async-age\") OR ALARM(\"orders-api-duration\") OR ALARM(\"orders-api-near-memory\")"
    error_message = "Any of them is enough."
  }

  assert {
    condition     = strcontains(output.groups.page.description, "failed invocations, ") && strcontains(output.groups.page.description, "#dashboards/dashboard/orders-api")
    error_message = "The message says what it may be, and where to see which."
  }
}

run "an_alarm_that_is_alone_in_its_severity_speaks_for_itself" {
  command = plan

  variables {
    invoked = ["sync"]
    alarms  = { near_memory = { enabled = false } }
  }

  assert {
    condition     = toset(keys(output.groups)) == toset(["page"]) && !output.alarms.duration.grouped && jsonencode(output.speakers) == jsonencode({ page = ["orders-api-page"], warn = ["orders-api-duration"] })
    error_message = "A group of one would cost five times as much and say less."
  }
}

run "what_runs_stands_in_the_message_that_speaks" {
  command = plan

  variables {
    running = { alias = "live", version = "7", image = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
  }

  assert {
    condition     = alltrue([for group in output.groups : strcontains(group.description, "Running: live = version 7, sha256:111111111111")]) && !strcontains(output.alarms.errors.description, "version 7")
    error_message = "A deploy changes the messages that people read, and no other alarm."
  }
}

run "everything_can_be_said_in_japanese" {
  command = plan

  variables {
    language = "ja"
  }

  assert {
    condition     = startswith(output.alarms.errors.description, "orders-api の呼び出しが失敗しました") && strcontains(output.alarms.errors.description, "\n次にすること: ") && strcontains(output.groups.page.description, "呼び出しの失敗, ")
    error_message = "Texts, next steps and labels."
  }
}

run "the_cost_is_known" {
  command = plan

  assert {
    condition     = format("%.2f", sum(output.coverage[*].dollars)) == "2.00"
    error_message = "Ten metrics at 10 cents, two groups at 50."
  }

  assert {
    condition     = length(output.coverage) == length(output.alarms) + length(output.groups) && alltrue([for row in output.coverage : length(row.fires) > 0 && length(row.quiet) > 0])
    error_message = "Every alarm says when it fires and when not."
  }
}

run "null_means_the_default" {
  command = plan

  variables {
    invoked       = null
    memory        = null
    async_max_age = null
    language      = null
    alarms        = { errors = null, error_rate = { enabled = true, above_percent = null, at_least_invocations = null }, throttles = null, duration = null, marker = null, near_memory = null }
  }

  assert {
    condition     = length(output.alarms) == 9 && output.alarms.error_rate.threshold == 5
    error_message = "What another module passes on as null has the catalogue's default."
  }
}

run "what_no_alarm_watches_is_named_with_the_reason" {
  command = plan

  variables {
    invoked = ["sync"]
    alarms  = { near_memory = { enabled = false } }
  }

  assert {
    condition = { for one in output.uncovered : one.row => one.why } == {
      error_rate           = "only when asked for: failures are reported one by one already"
      async_dropped        = "only when asked for: a rule reports each event that Lambda gives up on already"
      destination_failures = "it is not called asynchronously"
      undelivered          = "it is not called asynchronously"
      dead_letters         = "no queue is named: alarms.dead_letters"
      not_running          = "it is not called by a schedule"
      near_timeout         = "only when asked for: the slowest 5 % are watched already"
      near_memory          = "switched off: alarms.near_memory = false"
      async_age            = "it is not called asynchronously"
      iterator_age         = "it is not called by a stream"
      concurrency          = "by default only with a reserved_concurrency of 10 or more"
    }
    error_message = "A row that is not there has no reason, or the wrong one."
  }

  assert {
    condition     = length(output.uncovered) + length(output.alarms) == length(setunion(output.uncovered[*].row, keys(output.alarms))) && length(output.uncovered) + length(output.alarms) == 15
    error_message = "Every row is either an alarm or left out."
  }
}

run "the_reasons_are_told_in_both_languages" {
  command = plan

  variables {
    invoked  = ["schedule"]
    language = "ja"
    alarms   = { not_running = { every_minutes = 60 }, errors = { enabled = false } }
  }

  assert {
    condition     = [for one in output.uncovered : one.why if one.row == "errors"] == ["無効にされています: alarms.errors = false"] && alltrue([for one in output.uncovered : length(one.why) > 8])
    error_message = "A reason is missing in Japanese."
  }
}
