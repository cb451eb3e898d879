output "rule_names" {
  description = "Name of each function's rule for exceptions, which most failures are."
  value       = { for name in var.function_names : name => aws_cloudwatch_event_rule.this[name].name }
}

output "stopped_rule_names" {
  description = "Name of each function's rule for timeouts and crashes, which leave no stack."
  value       = { for name in var.function_names : name => aws_cloudwatch_event_rule.this["${name}/message"].name }
}

output "untold_rule_names" {
  description = "Name of each function's rule for events that were never tried, which have no error."
  value       = { for name in var.function_names : name => aws_cloudwatch_event_rule.this["${name}/none"].name }
}

output "all_rule_names" {
  description = "Names of each function's rules, of which one matches each event."
  value       = { for name in var.function_names : name => [for rule in local.rules : rule.name if rule.function == name] }
}

output "dead_letter_queue_url" {
  description = "URL of the queue that keeps undelivered events."
  value       = aws_sqs_queue.undelivered.url
}

output "dead_letter_queue_arn" {
  description = "ARN of the queue that keeps undelivered events."
  value       = aws_sqs_queue.undelivered.arn
}

output "dead_letter_queue_name" {
  description = "Name of the queue that keeps undelivered events."
  value       = aws_sqs_queue.undelivered.name
}
