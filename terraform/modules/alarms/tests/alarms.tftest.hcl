mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  function_name = "orders-api"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
  topic_arn     = "arn:aws:sns:ap-northeast-1:123456789012:orders-alerts"
}

run "every_row_of_the_catalogue_is_an_alarm_that_speaks_and_recovers" {
  command = plan

  assert {
    condition     = output.names == tolist(["orders-api-duration", "orders-api-error-rate", "orders-api-errors", "orders-api-handled", "orders-api-throttles"])
    error_message = "The catalogue's rows, all of them."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.topic_arn]) && alarm.ok_actions == toset([var.topic_arn]) && alarm.actions_enabled != false])
    error_message = "Failure and recovery are both sent."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.treat_missing_data == "notBreaching" && alarm.datapoints_to_alarm == 1 && alarm.comparison_operator == "GreaterThanThreshold"])
    error_message = "A function that is not called is well; one bad datapoint in the window is enough."
  }

  assert {
    condition = { for key in ["errors", "throttles", "duration"] : key => [for alarm in [aws_cloudwatch_metric_alarm.this[key]] : join(" ", [alarm.namespace, alarm.metric_name, try(coalesce(alarm.statistic), alarm.extended_statistic), alarm.dimensions["FunctionName"]])][0] } == {
      errors    = "AWS/Lambda Errors Sum orders-api"
      throttles = "AWS/Lambda Throttles Sum orders-api"
      duration  = "AWS/Lambda Duration p95 orders-api"
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
    condition     = [for query in aws_cloudwatch_metric_alarm.this["error_rate"].metric_query : query.expression if try(query.return_data, false) == true] == ["IF(invocations >= 20, 100 * errors / invocations, 0)"] && aws_cloudwatch_metric_alarm.this["error_rate"].metric_name == null
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

run "an_alarm_that_is_switched_off_leaves_no_filter_behind" {
  command = plan

  variables {
    invoked = ["async"]
    alarms  = { marker = { enabled = false } }
  }

  assert {
    condition     = length(aws_cloudwatch_log_metric_filter.this) == 0 && output.names == tolist(["orders-api-duration", "orders-api-throttles"])
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
        errors = { name = "orders-api-errors", description = "", namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", expression = null, operands = {}, log_filter = null, period = 60, evaluation_periods = 1441, threshold = 0 }
      }
    }
  }
}
