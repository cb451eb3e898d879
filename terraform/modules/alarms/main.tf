data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

module "catalogue" {
  source = "./catalogue"

  function_name        = var.function_name
  region               = data.aws_region.this.id
  log_group            = var.log_group
  timeout              = var.timeout
  memory               = var.memory
  async_max_age        = var.async_max_age
  reserved_concurrency = var.reserved_concurrency
  failure_rules        = var.failure_rules
  since                = one([for watch in terraform_data.watched_since : watch.input])
  running              = var.running
  language             = var.language
  dashboard            = var.dashboard
  runbook              = var.runbook
  invoked              = var.invoked
  alarms               = var.alarms
}

locals {
  alarms = module.catalogue.alarms
  groups = module.catalogue.groups
  topics = { for severity in ["page", "warn"] : severity => lookup(var.topic_arns, severity, var.topic_arn) }
}

# The moment from which a missed run counts. It stays as it is, until the interval changes: what ran once a day need not have run
# within the last hour.
resource "terraform_data" "watched_since" {
  for_each = module.catalogue.intervals

  input            = plantimestamp()
  triggers_replace = each.value

  lifecycle {
    ignore_changes = [input]
  }
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

# No OK actions anywhere: CloudWatch would carry them out for each alarm that is new, which goes from INSUFFICIENT_DATA to OK.
# Recoveries are told by recoveries.tf.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = each.value.name
  alarm_description   = each.value.description
  alarm_actions       = each.value.grouped ? [] : [local.topics[each.value.severity]] # a group speaks for its members
  treat_missing_data  = each.value.missing
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.datapoints_to_alarm

  # A plain metric …
  namespace          = each.value.expression == null ? each.value.namespace : null
  metric_name        = each.value.metric
  dimensions         = each.value.expression == null && length(each.value.dimensions) > 0 ? each.value.dimensions : null
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
        metric_name = metric_query.value.metric
        stat        = each.value.statistic
        period      = each.value.period
        dimensions  = metric_query.value.dimensions
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.period * each.value.evaluation_periods <= (each.value.period < 3600 ? 86400 : 604800)
      error_message = "${each.value.name}: ${each.value.evaluation_periods} periods of ${each.value.period} s are longer than CloudWatch looks back: a day, or a week with periods of an hour."
    }

    precondition {
      condition     = length(each.value.description) <= 1024
      error_message = "${each.value.name}: the description has ${length(each.value.description)} characters; CloudWatch takes 1024. Shorten what it is made of: the runbook's address, alarms.marker.term, the name of the function or of a queue."
    }
  }
}

# One message for a burst of failures: it speaks when the first of its members fires and is over when none does any more.
resource "aws_cloudwatch_composite_alarm" "this" {
  for_each = local.groups

  alarm_name        = each.value.name
  alarm_description = each.value.description
  alarm_rule        = each.value.rule
  alarm_actions     = [local.topics[each.key]]

  depends_on = [aws_cloudwatch_metric_alarm.this]

  lifecycle {
    precondition {
      condition     = length(each.value.description) <= 1024
      error_message = "${each.value.name}: the description has ${length(each.value.description)} characters; CloudWatch takes 1024. Shorten what it is made of: the runbook's address, alarms.marker.term, the name of the function or of a queue."
    }
  }
}
