mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  function_name = "orders-api"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
  topic_arn     = "arn:aws:sns:ap-northeast-1:123456789012:orders-alerts"
  alarms        = { error_rate = { enabled = true } }
}

run "a_group_of_each_severity_speaks_for_every_row_of_the_catalogue" {
  command = plan

  assert {
    condition = output.names == tolist([
      "orders-api-async-age", "orders-api-destination-failures", "orders-api-duration", "orders-api-error-rate", "orders-api-errors", "orders-api-handled",
      "orders-api-near-memory", "orders-api-page", "orders-api-throttles", "orders-api-warn",
    ])
    error_message = "The catalogue's rows and groups, all of them."
  }

  assert {
    condition     = { for severity, alarm in aws_cloudwatch_composite_alarm.this : severity => alarm.alarm_actions } == { page = toset([var.topic_arn]), warn = toset([var.topic_arn]) } && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : length(alarm.alarm_actions) == 0])
    error_message = "A burst is one message."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_composite_alarm.this["page"].alarm_rule, "ALARM(\"orders-api-errors\") OR ") && strcontains(aws_cloudwatch_composite_alarm.this["warn"].alarm_rule, "ALARM(\"orders-api-duration\")")
    error_message = "Every alarm has a way to a person: through the group of its severity."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.ok_actions == null && alarm.insufficient_data_actions == null]) && alltrue([for alarm in aws_cloudwatch_composite_alarm.this : alarm.ok_actions == null])
    error_message = "An OK action would send a message for every alarm that is new."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.recovery["all"].event_pattern).detail.alarmName == ["orders-api-page", "orders-api-warn"] && aws_cloudwatch_event_target.recovery["all"].arn == var.topic_arn && aws_cloudwatch_event_rule.recovery["all"].name == "orders-api-ok"
    error_message = "The end of what was a failure is told by a rule."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.treat_missing_data == "notBreaching" && alarm.datapoints_to_alarm == 1 && alarm.comparison_operator == "GreaterThanThreshold"])
    error_message = "A function that is not called is well; one bad datapoint in the window is enough."
  }

  assert {
    condition = { for key in ["errors", "throttles", "duration", "async_age", "destination_failures"] : key => [for alarm in [aws_cloudwatch_metric_alarm.this[key]] : join(" ", [alarm.namespace, alarm.metric_name, try(coalesce(alarm.statistic), alarm.extended_statistic), alarm.dimensions["FunctionName"]])][0] } == {
      errors               = "AWS/Lambda Errors Sum orders-api"
      throttles            = "AWS/Lambda Throttles Sum orders-api"
      duration             = "AWS/Lambda Duration p95 orders-api"
      async_age            = "AWS/Lambda AsyncEventAge Maximum orders-api"
      destination_failures = "AWS/Lambda DestinationDeliveryFailures Sum orders-api"
    }
    error_message = "An alarm on a metric or dimension that does not exist can never fire."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["duration"].evaluate_low_sample_count_percentiles == "evaluate"
    error_message = "A function that is seldom called has a slowest call, too."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["errors"].period == 60 && aws_cloudwatch_metric_alarm.this["errors"].evaluation_periods == 3 && aws_cloudwatch_metric_alarm.this["errors"].threshold == 0
    error_message = "The window is the catalogue's."
  }

  assert {
    condition = { for query in aws_cloudwatch_metric_alarm.this["error_rate"].metric_query : query.id => join(" ", flatten([for metric in query.metric : [metric.namespace, metric.metric_name, metric.stat, metric.dimensions["FunctionName"]]])) } == {
      value       = ""
      errors      = "AWS/Lambda Errors Sum orders-api"
      invocations = "AWS/Lambda Invocations Sum orders-api"
    }
    error_message = "The rate is made from the function's own errors and invocations."
  }

  assert {
    condition     = [for query in aws_cloudwatch_metric_alarm.this["error_rate"].metric_query : query.expression if try(query.return_data, false) == true] == ["IF(FILL(invocations, 0) >= 20, 100 * FILL(errors, 0) / FILL(invocations, 1), 0)"] && aws_cloudwatch_metric_alarm.this["error_rate"].metric_name == null
    error_message = "The alarm watches the rate, not an operand."
  }

  assert {
    condition     = [for transformation in aws_cloudwatch_log_metric_filter.this["marker"].metric_transformation : [transformation.namespace, transformation.name]][0] == [aws_cloudwatch_metric_alarm.this["marker"].namespace, aws_cloudwatch_metric_alarm.this["marker"].metric_name] && aws_cloudwatch_metric_alarm.this["marker"].dimensions == null
    error_message = "The alarm watches the metric that the filter fills, which has no dimensions."
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.this["marker"].log_group_name == "/aws/lambda/orders-api" && aws_cloudwatch_log_metric_filter.this["marker"].pattern == "\"LAMBDA_ALERT\""
    error_message = "The filter reads the function's log group."
  }
}

run "each_severity_can_go_its_own_way" {
  command = plan

  variables {
    topic_arns            = { page = "arn:aws:sns:ap-northeast-1:123456789012:orders-alerts-page" }
    undelivered_queue_arn = "arn:aws:sqs:ap-northeast-1:123456789012:orders-alerts-undelivered"
    thread                = "orders-api version 7"
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.this["page"].alarm_actions == toset([var.topic_arns.page]) && aws_cloudwatch_composite_alarm.this["warn"].alarm_actions == toset([var.topic_arn])
    error_message = "What has no topic of its own goes to the default one."
  }

  assert {
    condition     = { for route, target in aws_cloudwatch_event_target.recovery : route => [target.rule, target.arn] } == { page = ["orders-api-page-ok", var.topic_arns.page], warn = ["orders-api-warn-ok", var.topic_arn] }
    error_message = "Whoever heard of the failure hears that it is over."
  }

  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.recovery : jsondecode(target.input_transformer[0].input_template).metadata.threadId == var.thread])
    error_message = "Whoever reads a release as one thread finds both severities in it."
  }

  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.recovery : target.dead_letter_config[0].arn == var.undelivered_queue_arn])
    error_message = "What cannot be delivered is kept."
  }
}

run "every_alarm_can_speak_for_itself" {
  command = plan

  variables {
    alarms = { grouped = false }
  }

  assert {
    condition     = length(aws_cloudwatch_composite_alarm.this) == 0 && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.topic_arn])])
    error_message = "Without groups each alarm sends its own message."
  }
}

run "a_scheduled_function_that_does_not_run_is_missed" {
  command = plan

  variables {
    invoked = ["schedule"]
    alarms  = { not_running = { every_minutes = 60 } }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["not_running"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["not_running"].treat_missing_data == "breaching" && [for query in aws_cloudwatch_metric_alarm.this["not_running"].metric_query : query.metric[0].metric_name if length(query.metric) > 0] == ["Invocations"]
    error_message = "What does not run sends no datapoint."
  }

  assert {
    condition     = terraform_data.watched_since["not_running"].triggers_replace == 60 && can(regex("^IF\\(EPOCH\\(counted\\) < 1[7-9][0-9]{8}, 1, counted\\)$", one([for query in aws_cloudwatch_metric_alarm.this["not_running"].metric_query : query.expression if query.expression != null])))
    error_message = "What lies before this plan counts as a run; another interval begins anew."
  }
}

run "only_what_may_be_missed_keeps_a_moment" {
  command = plan

  assert {
    condition     = length(terraform_data.watched_since) == 0
    error_message = "No other alarm needs to know when it was made."
  }
}

run "every_rule_that_tells_of_exhausted_events_is_watched" {
  command = plan

  variables {
    failure_rules = ["orders-api-failures", "orders-api-stopped"]
  }

  assert {
    condition = { for query in aws_cloudwatch_metric_alarm.this["undelivered"].metric_query : query.id => flatten([for metric in query.metric : [metric.namespace, metric.metric_name, metric.stat, metric.dimensions["RuleName"]]]) } == {
      value  = []
      rule_1 = ["AWS/Events", "FailedInvocations", "Sum", "orders-api-failures"]
      rule_2 = ["AWS/Events", "FailedInvocations", "Sum", "orders-api-stopped"]
    }
    error_message = "Each rule has a metric of its own."
  }
}

run "an_alarm_that_is_switched_off_leaves_no_filter_behind" {
  command = plan

  variables {
    invoked = ["async"]
    alarms  = { marker = { enabled = false }, near_memory = { enabled = false } }
  }

  assert {
    condition     = length(aws_cloudwatch_log_metric_filter.this) == 0 && !contains(output.names, "orders-api-handled")
    error_message = "What the user chose reaches the catalogue."
  }
}

run "a_window_longer_than_cloudwatch_looks_back_is_refused" {
  command = plan

  expect_failures = [aws_cloudwatch_metric_alarm.this]

  override_module {
    target = module.catalogue
    outputs = {
      alarms = {
        errors = { name = "orders-api-errors", description = "", severity = "page", grouped = false, namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = "orders-api" }, expression = null, operands = {}, log_filter = null, comparison = "GreaterThanThreshold", missing = "notBreaching", period = 60, evaluation_periods = 1441, datapoints_to_alarm = 1, threshold = 0 }
      }
      intervals = {}
      groups    = {}
      speakers  = { page = ["orders-api-errors"], warn = [] }
      coverage  = []
    }
  }
}
