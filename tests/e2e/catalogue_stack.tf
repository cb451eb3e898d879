# The modules that watch, around functions that a test has made: their alarms, and those of the way to Slack.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "ap-northeast-1"
}

provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}

locals {
  functions = jsondecode(file("${path.module}/functions.json"))
  channels  = { alerts = "C0ALERTS", gone = "C0GONE" } # the app will be removed from the second one
  topics    = { alerts = module.topic.arn, gone = module.other_topic.arn }
  # Rules of the second kind send to a topic that lets no rule in.
  sides = { open = module.topic.arn, closed = aws_sns_topic.closed.arn }
  topic = { for name, function in local.functions : name => function.rules == "closed" ? aws_sns_topic.closed.arn : module.topic.arn }
}

module "topic" {
  source = "./modules/topic"
  name   = "alerts"
}

module "other_topic" {
  source = "./modules/topic"
  name   = "gone"
}

resource "aws_sns_topic" "closed" {
  name = "closed"
}

resource "aws_sns_topic_policy" "closed" {
  arn = aws_sns_topic.closed.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish", Resource = aws_sns_topic.closed.arn }]
  })
}

module "failure_events" {
  source   = "./modules/failure-events"
  for_each = local.sides

  function_names         = [for name, function in local.functions : name if function.rules == each.key]
  topic_arn              = each.value
  dead_letter_queue_name = "${each.key}-undelivered"
}

module "alarms" {
  source   = "./modules/alarms"
  for_each = local.functions

  function_name        = each.key
  log_group            = "/aws/lambda/${each.key}"
  timeout              = each.value.timeout
  memory               = each.value.memory
  async_max_age        = each.value.max_age
  reserved_concurrency = each.value.reserved
  topic_arn            = local.topic[each.key]
  failure_rules        = each.value.rules == null ? [] : module.failure_events[each.value.rules].all_rule_names[each.key]
  invoked              = each.value.invoked
  alarms               = each.value.alarms
}

module "path_alarms" {
  source   = "./modules/path-alarms"
  for_each = local.sides

  name              = each.key
  topic_arn         = module.topic.arn
  undelivered_queue = module.failure_events[each.key].dead_letter_queue_name
}

module "slack" {
  source   = "./modules/slack"
  for_each = local.channels

  name                = each.key
  workspace           = "T0ABCDEF"
  channel             = each.value
  topic_arns          = [local.topics[each.key], module.delivery_topic.arn]
  readable_log_groups = ["/aws/lambda/*"]
}

module "delivery_topic" {
  source    = "./modules/topic"
  providers = { aws = aws.us_east_1 }
  name      = "delivery"
}

module "delivery_alarms" {
  source    = "./modules/path-alarms"
  providers = { aws = aws.us_east_1 }

  name      = "delivery"
  topic_arn = module.delivery_topic.arn
  channels  = { for name, channel in local.channels : name => name }
}
