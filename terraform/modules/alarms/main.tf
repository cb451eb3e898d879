data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

module "catalogue" {
  source = "./catalogue"

  function_name = var.function_name
  region        = data.aws_region.this.id
  log_group     = var.log_group
  timeout       = var.timeout
  invoked       = var.invoked
  alarms        = var.alarms
}

locals {
  alarms = module.catalogue.alarms
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = { for key, alarm in local.alarms : key => alarm if alarm.log_filter != null }

  name           = each.value.name
  log_group_name = var.log_group
  pattern        = each.value.log_filter

  metric_transformation {
    namespace = each.value.namespace
    name      = each.value.metric
    value     = "1"
    unit      = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = each.value.name
  alarm_description   = each.value.description
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]
  treat_missing_data  = "notBreaching" # a function that is not called is well, not unknown
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = 1 # the window is only as wide as datapoints are late: one failure in it is a failure

  # A plain metric …
  namespace          = each.value.expression == null ? each.value.namespace : null
  metric_name        = each.value.metric
  dimensions         = each.value.expression == null && each.value.log_filter == null ? { FunctionName = var.function_name } : null
  period             = each.value.expression == null ? each.value.period : null
  statistic          = each.value.expression == null && !startswith(each.value.statistic, "p") ? each.value.statistic : null
  extended_statistic = each.value.expression == null && startswith(each.value.statistic, "p") ? each.value.statistic : null

  # One slow call among few is as near to its timeout as one among many; "ignore" would keep the alarm as it is below 200 calls.
  evaluate_low_sample_count_percentiles = each.value.expression == null && startswith(each.value.statistic, "p") ? "evaluate" : null

  # … or metric math.
  dynamic "metric_query" {
    for_each = each.value.expression == null ? {} : { value = each.value }
    content {
      id          = "value"
      label       = each.value.name
      expression  = metric_query.value.expression
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = each.value.operands
    content {
      id = metric_query.key
      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value
        stat        = each.value.statistic
        period      = each.value.period
        dimensions  = { FunctionName = var.function_name }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.period * each.value.evaluation_periods <= 86400
      error_message = "${each.value.name}: ${each.value.evaluation_periods} periods of ${each.value.period} s are longer than the day that CloudWatch looks back at most."
    }

    precondition {
      condition     = length(each.value.description) <= 1024
      error_message = "${each.value.name}: the description has ${length(each.value.description)} characters; CloudWatch takes 1024."
    }
  }
}
