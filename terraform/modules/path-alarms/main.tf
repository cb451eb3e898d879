data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  channels = var.channels == null ? {} : var.channels
  # It ends like those that the policy of the queue lets in: see failure-events.
  rules = var.undelivered_queue == null && length(local.channels) == 0 ? {} : { path = "${var.name}-path-ok" }
}

module "catalogue" {
  source = "./catalogue"

  name                  = var.name
  region                = data.aws_region.this.id
  undelivered_queue     = var.undelivered_queue
  undelivered_queue_url = var.undelivered_queue == null ? null : "https://sqs.${data.aws_region.this.id}.${data.aws_partition.this.dns_suffix}/${data.aws_caller_identity.this.account_id}/${var.undelivered_queue}"
  recovery_rules        = concat(sort(var.recovery_rules), values(local.rules))
  channels              = local.channels
  language              = var.language
}

# They act directly, each for itself: what reports the rule and the channel must not depend on a rule.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = module.catalogue.alarms

  alarm_name          = each.value.name
  alarm_description   = each.value.description
  alarm_actions       = [var.topic_arn]
  treat_missing_data  = "notBreaching"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = 1

  # A plain metric …
  period      = length(each.value.operands) > 1 ? null : 60
  namespace   = length(each.value.operands) > 1 ? null : each.value.namespace
  metric_name = length(each.value.operands) > 1 ? null : values(each.value.operands)[0].metric
  statistic   = length(each.value.operands) > 1 ? null : each.value.statistic
  dimensions  = length(each.value.operands) > 1 ? null : values(each.value.operands)[0].dimensions

  # … or the sum of several: of what is there, because EventBridge counts failures only when there are some.
  dynamic "metric_query" {
    for_each = length(each.value.operands) > 1 ? { value = each.value } : {}
    content {
      id          = "value"
      label       = metric_query.value.name
      expression  = "SUM([${join(", ", keys(metric_query.value.operands))}])"
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = length(each.value.operands) > 1 ? each.value.operands : {}
    content {
      id = metric_query.key
      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value.metric
        stat        = each.value.statistic
        period      = 60
        dimensions  = metric_query.value.dimensions
      }
    }
  }
}
