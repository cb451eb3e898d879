provider "aws" {
  region = var.region

  default_tags {
    # How lambda-alerts knows its own again, also when an apply was interrupted.
    tags = merge(var.tags, { "lambda-alerts:project" = var.project })
  }
}

# Amazon Q Developer has its metrics in us-east-1 only, whatever region the rest is in, and partitions without it have no us-east-1.
provider "aws" {
  alias  = "us_east_1"
  region = startswith(var.region, "cn-") || startswith(var.region, "us-gov-") ? var.region : "us-east-1"

  default_tags {
    tags = merge(var.tags, { "lambda-alerts:project" = var.project })
  }
}

data "aws_caller_identity" "this" {}

# What runs is an input of a plan like any other, kept for each workspace apart.
module "images" {
  source = "./modules/images"

  given = var.images
  file  = "${path.root}/images/${terraform.workspace}.json"
}

locals {
  # The first apply makes the repositories; functions follow when their images are there.
  deployed = { for name, function in var.functions : name => function if contains(keys(module.images.digests), name) }

  # A Slack channel takes one configuration: severities that share a channel share its configuration, too.
  own_channels = var.slack == null ? {} : { for severity, channel in var.slack.channels : severity => channel if channel != var.slack.channel }
  by_channel   = { for severity, channel in local.own_channels : channel => severity... }
  channels = var.slack == null ? {} : merge(
    { alerts = { name = "${var.project}-alerts", channel = var.slack.channel, severities = [] } },
    { for channel, severities in local.by_channel : severities[0] => { name = "${var.project}-alerts-${severities[0]}", channel = channel, severities = severities } },
  )
  topic_arns = { for severity, topic in module.severity_topic : severity => topic.arn }

  # What all messages of a release share as their thread: made here, so that it is the same in each. Lambda never uses a version's number
  # twice, so that a rollback begins a thread as well. It is the version at the time of the message: what a deploy cures ends in the next
  # thread, and so do retries that outlast it.
  threads = try(var.slack.threads, "event") == "release" ? { for name, function in module.function : name => "${function.name} version ${function.version}" } : {}
}

module "registry" {
  source   = "./modules/registry"
  for_each = var.functions

  name         = "${var.project}-${each.key}"
  force_delete = var.force_delete_repositories
}

module "topic" {
  source = "./modules/topic"

  name                 = "${var.project}-alerts"
  customer_managed_key = var.topic.customer_managed_key
}

# Alerts of a severity that has a channel of its own go there by a topic of its own.
module "severity_topic" {
  source   = "./modules/topic"
  for_each = local.own_channels

  name                 = "${var.project}-alerts-${each.key}"
  customer_managed_key = var.topic.customer_managed_key
}

module "slack" {
  source   = "./modules/slack"
  for_each = local.channels

  name                = each.value.name
  workspace           = var.slack.workspace
  channel             = each.value.channel
  topic_arns          = concat(each.key == "alerts" ? [module.topic.arn] : [for severity in each.value.severities : module.severity_topic[severity].arn], [module.delivery_topic[0].arn])
  readable_log_groups = ["/aws/lambda/${var.project}-*"]
}

moved {
  from = module.slack[0]
  to   = module.slack["alerts"]
}

module "function" {
  source   = "./modules/function"
  for_each = local.deployed

  name                 = "${var.project}-${each.key}"
  image_uri            = "${module.registry[each.key].repository_url}@${module.images.digests[each.key]}"
  handler              = each.value.handler
  architecture         = each.value.architecture
  timeout              = each.value.timeout
  memory               = each.value.memory
  environment          = each.value.environment
  log_retention_days   = each.value.log_retention_days
  async_retries        = each.value.async_retries
  async_max_age        = each.value.async_max_age
  reserved_concurrency = each.value.reserved_concurrency
  policies             = { for arn in each.value.policy_arns : arn => arn }
}

module "alarms" {
  source   = "./modules/alarms"
  for_each = local.deployed

  function_name         = "${var.project}-${each.key}"
  log_group             = module.function[each.key].log_group
  timeout               = module.function[each.key].timeout
  memory                = each.value.memory
  async_max_age         = each.value.async_max_age
  reserved_concurrency  = each.value.reserved_concurrency
  topic_arn             = module.topic.arn
  topic_arns            = local.topic_arns
  undelivered_queue_arn = module.failure_events.dead_letter_queue_arn
  failure_rules         = module.failure_events.all_rule_names["${var.project}-${each.key}"]
  thread                = lookup(local.threads, each.key, null)
  language              = var.language
  dashboard             = each.value.dashboard
  runbook               = each.value.runbook
  invoked               = each.value.invoked
  alarms                = each.value.alarms

  running = {
    alias   = module.function[each.key].alias
    version = module.function[each.key].version
    image   = module.images.digests[each.key]
  }
}

module "dashboard" {
  source   = "./modules/dashboard"
  for_each = { for name, function in local.deployed : name => function if function.dashboard }

  function_name = "${var.project}-${each.key}"
  log_group     = module.function[each.key].log_group
  timeout       = module.function[each.key].timeout
  alarm_arns    = sort(values(module.alarms[each.key].arns))
  lines         = module.alarms[each.key].lines
  language      = var.language
}

module "prices" {
  source = "./modules/prices"
}

# What ends a mute where CloudWatch has no mute rules.
module "unmute_role" {
  source = "./modules/unmute-role"

  project = var.project
}

module "failure_events" {
  source = "./modules/failure-events"

  function_names         = [for name in keys(local.deployed) : "${var.project}-${name}"]
  topic_arn              = lookup(local.topic_arns, "page", module.topic.arn) # an event that is given up has failed
  dead_letter_queue_name = "${var.project}-alerts-undelivered"
  images                 = { for name in keys(local.deployed) : "${var.project}-${name}" => module.images.digests[name] }
  dashboards             = [for name, function in local.deployed : "${var.project}-${name}" if function.dashboard]
  runbooks               = { for name, function in local.deployed : "${var.project}-${name}" => function.runbook if function.runbook != null }
  threads                = { for name, thread in local.threads : "${var.project}-${name}" => thread }
  language               = var.language
}

# The way itself: what could not be delivered to a topic …
module "path_alarms" {
  source = "./modules/path-alarms"

  name                  = "${var.project}-alerts"
  topic_arn             = lookup(local.topic_arns, "page", module.topic.arn)
  undelivered_queue     = module.failure_events.dead_letter_queue_name
  undelivered_queue_arn = module.failure_events.dead_letter_queue_arn
  language              = var.language
}

# … and to a channel. All channels hear of it: one that is broken cannot show that it is.
module "delivery_topic" {
  source    = "./modules/topic"
  count     = var.slack == null ? 0 : 1
  providers = { aws = aws.us_east_1 }

  name                 = "${var.project}-alerts-delivery"
  customer_managed_key = var.topic.customer_managed_key
}

module "delivery_alarms" {
  source    = "./modules/path-alarms"
  count     = var.slack == null ? 0 : 1
  providers = { aws = aws.us_east_1 }

  name      = "${var.project}-alerts-delivery"
  topic_arn = module.delivery_topic[0].arn
  channels  = { for key, channel in local.channels : key => channel.name }
  language  = var.language
}
