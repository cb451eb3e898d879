provider "aws" {
  region = var.region

  default_tags {
    # How lambda-alerts knows its own again, also when an apply was interrupted.
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

module "slack" {
  source = "./modules/slack"
  count  = var.slack == null ? 0 : 1

  name                = "${var.project}-alerts"
  workspace           = var.slack.workspace
  channel             = var.slack.channel
  topic_arns          = [module.topic.arn]
  readable_log_groups = ["/aws/lambda/${var.project}-*"]
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

  function_name = "${var.project}-${each.key}"
  log_group     = module.function[each.key].log_group
  timeout       = module.function[each.key].timeout
  topic_arn     = module.topic.arn
  invoked       = each.value.invoked
  alarms        = each.value.alarms
}

module "failure_events" {
  source = "./modules/failure-events"

  function_names         = [for name in keys(local.deployed) : "${var.project}-${name}"]
  topic_arn              = module.topic.arn
  dead_letter_queue_name = "${var.project}-alerts-undelivered"
}
