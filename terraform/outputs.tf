output "project" {
  description = "Name of the project."
  value       = var.project
}

output "region" {
  description = "AWS region of the stack."
  value       = var.region
}

output "language" {
  description = "Language of what alarms and rules say."
  value       = var.language
}

output "account_id" {
  description = "AWS account of the stack."
  value       = data.aws_caller_identity.this.account_id
}

output "images" {
  description = "Digest of the image that each function runs."
  value       = { for name, function in module.function : name => split("@", function.image_uri)[1] }
}

output "repositories" {
  description = "URL of each function's repository, also of functions that have no image yet."
  value       = { for name, registry in module.registry : name => registry.repository_url }
}

output "functions" {
  description = "What is deployed of each function."
  value = {
    for name, function in module.function : name => {
      name      = function.name
      arn       = function.arn
      alias     = function.alias
      alias_arn = function.alias_arn
      version   = function.version
      log_group = function.log_group
      image_uri = function.image_uri
    }
  }
}

output "alarms" {
  description = "Names of all alarms in the stack's region."
  value       = sort(concat(flatten([for alarms in module.alarms : alarms.names]), module.path_alarms.names))
}

output "delivery_alarms" {
  description = "Names of the alarms on the channels, which are in us-east-1."
  value       = flatten(module.delivery_alarms[*].names)
}

output "coverage" {
  description = "What is covered by which alarm, in words, and what it costs: by function, and for the way of the alerts."
  value = merge(
    { for name, alarms in module.alarms : name => alarms.coverage },
    { "" = concat(module.path_alarms.coverage, flatten(module.delivery_alarms[*].coverage)) },
  )
}

output "uncovered" {
  description = "The failures that no alarm watches, and why not, by function."
  value       = { for name, alarms in module.alarms : name => alarms.uncovered }
}

output "dashboards" {
  description = "Where each function's dashboard can be seen, and what one costs in dollars a month beyond those that an account has for nothing."
  value = {
    urls = { for name, alarms in module.alarms : name => alarms.dashboard_url if alarms.dashboard_url != null }
    usd  = module.prices.usd.dashboard
    free = module.prices.usd.free_dashboards
  }
}

output "rules" {
  description = "Name of each function's EventBridge rule for asynchronous events that ended in an exception each time."
  value       = { for name in keys(module.function) : name => module.failure_events.rule_names["${var.project}-${name}"] }
}

output "stopped_rules" {
  description = "Name of each function's EventBridge rule for asynchronous events that ended in a timeout or a crash."
  value       = { for name in keys(module.function) : name => module.failure_events.stopped_rule_names["${var.project}-${name}"] }
}

output "untold_rules" {
  description = "Name of each function's EventBridge rule for asynchronous events that were never tried."
  value       = { for name in keys(module.function) : name => module.failure_events.untold_rule_names["${var.project}-${name}"] }
}

output "unmute_role_arn" {
  description = "ARN of the role that ends a mute where CloudWatch has no mute rules."
  value       = module.unmute_role.arn
}

output "topic_arn" {
  description = "ARN of the topic that all alerts go through."
  value       = module.topic.arn
}

output "channel" {
  description = "The Slack channel that shows alerts, or null."
  value = one([
    for key, slack in module.slack : {
      configuration_name = slack.configuration_name
      arn                = slack.arn
      workspace          = var.slack.workspace
      channel            = var.slack.channel
    } if key == "alerts"
  ])
}

output "severity_channels" {
  description = "Slack channels that show alerts of some severities only, and the topics that they listen to."
  value = [
    for key, slack in module.slack : {
      configuration_name = slack.configuration_name
      arn                = slack.arn
      workspace          = var.slack.workspace
      channel            = local.channels[key].channel
      severities         = local.channels[key].severities
      topic_arns         = [for severity in local.channels[key].severities : local.topic_arns[severity]]
    } if key != "alerts"
  ]
}

output "dead_letter_queue_url" {
  description = "URL of the queue that keeps events which could not be sent to the topic."
  value       = module.failure_events.dead_letter_queue_url
}

output "dead_letter_queue_arn" {
  description = "ARN of the queue that keeps events which could not be sent to the topic."
  value       = module.failure_events.dead_letter_queue_arn
}
