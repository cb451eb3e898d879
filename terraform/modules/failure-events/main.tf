data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  partition = data.aws_partition.this.partition
  scope     = "${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}"
}

# Three rules for each function, of which one matches: what a message can say depends on what the event says of its error.
locals {
  kinds = {
    stack   = { suffix = "failures", words = "with a stack: exceptions" }
    message = { suffix = "stopped", words = "without a stack: timeouts and crashes" }
    none    = { suffix = "untold", words = "without an error: never tried" }
  }
  rules = merge([
    for name in var.function_names : {
      for error, kind in local.kinds : (error == "stack" ? name : "${name}/${error}") => { function = name, error = error, name = "${name}-${kind.suffix}", words = kind.words }
    }
  ]...)
}

module "notification" {
  source   = "./notification"
  for_each = local.rules

  function_arn = "arn:${local.partition}:lambda:${local.scope}:function:${each.value.function}"
  error        = each.value.error
  image        = lookup(var.images, each.value.function, null)
  thread       = lookup(var.threads, each.value.function, null)
  language     = var.language
  runbook      = lookup(var.runbooks, each.value.function, null)
  dashboard    = contains(var.dashboards, each.value.function)
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name          = each.value.name
  description   = "Asynchronous events that Lambda gave up on for ${each.value.function}, ${each.value.words}."
  event_pattern = module.notification[each.key].event_pattern
  state         = "ENABLED" # said, so that a plan sees when somebody has disabled it
}

resource "aws_cloudwatch_event_target" "topic" {
  for_each = local.rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "topic"
  arn       = var.topic_arn

  input_transformer {
    input_paths    = module.notification[each.key].input_paths
    input_template = module.notification[each.key].input_template
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

# One queue for all rules. Its policy names them by pattern, not one by one: it stays as it is when functions come and go
# (SQS takes up to a minute to change a policy), and stands before the first rule does.
resource "aws_sqs_queue" "undelivered" {
  name                      = var.dead_letter_queue_name
  message_retention_seconds = 1209600 # 14 days, the most that SQS offers
  sqs_managed_sse_enabled   = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RulesMayLeaveWhatTheyCouldNotDeliver"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:${local.partition}:sqs:${local.scope}:${var.dead_letter_queue_name}"
      Condition = {
        # The last is of alarms that are over: see the module alarms.
        ArnLike = { "aws:SourceArn" = [for suffix in ["failures", "stopped", "untold", "ok"] : "arn:${local.partition}:events:${local.scope}:rule/*-${suffix}"] }
      }
    }]
  })
}
