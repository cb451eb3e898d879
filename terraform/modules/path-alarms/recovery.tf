# An alarm's OK action would also tell that a new alarm is well: see the module alarms.
module "recovery" {
  source   = "../recovery"
  for_each = local.rules

  region      = data.aws_region.this.id
  alarm_names = module.catalogue.ending
  language    = var.language
}

resource "aws_cloudwatch_event_rule" "recovery" {
  for_each = local.rules

  name          = each.value
  description   = "Alarms on the way of the alerts that are over."
  event_pattern = module.recovery[each.key].event_pattern
  state         = "ENABLED" # said, so that a plan sees when somebody has disabled it
}

resource "aws_cloudwatch_event_target" "recovery" {
  for_each = local.rules

  rule      = aws_cloudwatch_event_rule.recovery[each.key].name
  target_id = "topic"
  arn       = var.topic_arn

  input_transformer {
    input_paths    = module.recovery[each.key].input_paths
    input_template = module.recovery[each.key].input_template
  }

  dynamic "dead_letter_config" {
    for_each = var.undelivered_queue_arn == null ? [] : [var.undelivered_queue_arn]
    content {
      arn = dead_letter_config.value
    }
  }
}
