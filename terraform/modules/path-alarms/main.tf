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
  period              = 60
  evaluation_periods  = 3 # a datapoint is there up to two minutes late
  datapoints_to_alarm = 1
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = each.value.dimensions
}
