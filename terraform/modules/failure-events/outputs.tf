output "rule_names" {
  description = "Names of the rules, by function."
  value       = { for name, rule in aws_cloudwatch_event_rule.this : name => rule.name }
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
