# An alarm's OK action would also tell that a new alarm is well. These rules tell only the end of what was a failure, and tell it
# to whoever heard of its beginning: one rule where all severities share a topic.
locals {
  speakers = module.catalogue.speakers
  shared   = length(var.topic_arns) == 0
  ends = {
    for route, names in(local.shared ? { all = flatten(values(local.speakers)) } : local.speakers) : route => {
      rule  = route == "all" ? "${var.function_name}-ok" : "${var.function_name}-${route}-ok"
      topic = route == "all" ? var.topic_arn : local.topics[route]
      names = names
    } if length(names) > 0
  }
}

module "recovery" {
  source   = "../recovery"
  for_each = local.ends

  function_name = var.function_name
  region        = data.aws_region.this.id
  log_group     = var.log_group
  alarm_names   = each.value.names
  running       = var.running
  thread        = var.thread
  language      = var.language
  dashboard     = var.dashboard
}

resource "aws_cloudwatch_event_rule" "recovery" {
  for_each = local.ends

  name          = each.value.rule
  description   = "Alarms of ${var.function_name} that are over."
  event_pattern = module.recovery[each.key].event_pattern
  state         = "ENABLED" # said, so that a plan sees when somebody has disabled it
}

resource "aws_cloudwatch_event_target" "recovery" {
  for_each = local.ends

  rule      = aws_cloudwatch_event_rule.recovery[each.key].name
  target_id = "topic"
  arn       = each.value.topic

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
