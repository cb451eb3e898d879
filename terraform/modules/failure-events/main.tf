data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  partition = data.aws_partition.this.partition
  scope     = "${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}"
}

module "notification" {
  source   = "./notification"
  for_each = var.function_names

  function_arn = "arn:${local.partition}:lambda:${local.scope}:function:${each.value}"
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = module.notification

  name          = "${each.key}-failures"
  description   = "Asynchronous events that Lambda gave up on for ${each.key}."
  event_pattern = each.value.event_pattern
  state         = "ENABLED" # said, so that a plan sees when somebody has disabled it
}

resource "aws_cloudwatch_event_target" "topic" {
  for_each = module.notification

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "topic"
  arn       = var.topic_arn

  input_transformer {
    input_paths    = each.value.input_paths
    input_template = each.value.input_template
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
        # Of failures, and of alarms that are over: see the module alarms.
        ArnLike = { "aws:SourceArn" = ["arn:${local.partition}:events:${local.scope}:rule/*-failures", "arn:${local.partition}:events:${local.scope}:rule/*-ok"] }
      }
    }]
  })
}
