variables {
  function_name = "orders-api"
  region        = "ap-northeast-1"
  log_group     = "/aws/lambda/orders-api"
  alarm_names   = ["orders-api-page", "orders-api-warn"]
  running       = { alias = "live", version = "7", image = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
}

run "only_the_end_of_a_failure_is_told_never_the_birth_of_an_alarm" {
  command = plan

  assert {
    condition = jsondecode(output.event_pattern) == {
      source      = ["aws.cloudwatch"]
      detail-type = ["CloudWatch Alarm State Change"]
      detail      = { alarmName = ["orders-api-page", "orders-api-warn"], previousState = { value = ["ALARM"] }, state = { value = ["OK"] } }
    }
    error_message = "A new alarm comes from INSUFFICIENT_DATA."
  }
}

run "the_notification_is_one_that_amazon_q_shows" {
  command = plan

  assert {
    condition     = toset(regexall("<([^>]*)>", output.input_template)[*][0]) == toset(keys(output.input_paths)) && !strcontains(output.input_template, "\\u00")
    error_message = "Every placeholder has a path, and EventBridge can see it."
  }

  assert {
    condition     = jsondecode(output.input_template).version == "1.0" && jsondecode(output.input_template).source == "custom" && strcontains(jsondecode(output.input_template).content.description, "live = version 7, sha256:111111111111")
    error_message = "The form of a custom notification, and what runs."
  }

  assert {
    condition     = jsondecode(output.input_template).metadata.threadId == "<alarm> <since>"
    error_message = "Each time that an alarm was on is an incident of its own."
  }
}

run "a_recovery_can_be_told_in_japanese" {
  command = plan

  variables {
    language = "ja"
  }

  assert {
    condition     = jsondecode(output.input_template).content.title == "orders-api は回復しました: <alarm> は解除されました"
    error_message = "Title, texts and next steps."
  }
}

run "more_alarms_than_a_pattern_can_name_are_refused" {
  command = plan

  expect_failures = [output.event_pattern]

  variables {
    alarm_names = [for number in range(60) : "orders-api-with-quite-a-long-name-${number}"]
  }
}

run "without_a_dashboard_no_step_names_one" {
  command = plan

  assert {
    condition     = !strcontains(output.input_template, "ashboard")
    error_message = "A link leads nowhere."
  }
}

run "only_a_function_that_has_a_dashboard_is_linked_to_it" {
  command = plan

  variables {
    dashboard = true
  }

  assert {
    condition     = strcontains(output.input_template, "#dashboards/dashboard/")
    error_message = "A message does not link to the dashboard."
  }
}

run "messages_may_share_a_thread_that_is_given" {
  command = plan

  variables {
    thread = "orders-api version 7"
  }

  assert {
    condition     = jsondecode(output.input_template).metadata.threadId == "orders-api version 7"
    error_message = "What a release says is one thread."
  }
}

run "the_end_of_an_alarm_that_is_no_functions_names_the_alarm_only" {
  command = plan

  variables {
    function_name = null
    log_group     = null
    running       = null
    alarm_names   = ["orders-alerts-undelivered-queue"]
  }

  assert {
    condition     = jsondecode(output.input_template).content.title == "<alarm> is over"
    error_message = "What the module of the alarms is called is not what was broken."
  }

  assert {
    condition     = !strcontains(output.input_template, "logsV2") && !strcontains(output.input_template, "Running") && length(jsondecode(output.input_template).content.nextSteps) == 2
    error_message = "A queue or a channel has no failures in a log, and runs no code."
  }

  assert {
    condition     = strcontains(jsondecode(output.input_template).content.nextSteps[0], "arrives only where somebody sends it again")
    error_message = "What has been redriven from the queue has arrived; the rest has not."
  }
}

run "the_end_of_an_alarm_that_is_no_functions_can_be_told_in_japanese" {
  command = plan

  variables {
    function_name = null
    log_group     = null
    running       = null
    language      = "ja"
  }

  assert {
    condition     = jsondecode(output.input_template).content.title == "<alarm> は解除されました" && strcontains(jsondecode(output.input_template).content.nextSteps[0], "再処理しない限り届きません")
    error_message = "Title and next steps."
  }
}
