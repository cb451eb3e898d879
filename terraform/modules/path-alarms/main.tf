module "catalogue" {
  source = "./catalogue"

  name              = var.name
  undelivered_queue = var.undelivered_queue
  channels          = var.channels
  language          = var.language
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
