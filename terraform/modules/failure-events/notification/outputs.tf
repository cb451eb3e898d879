output "event_pattern" {
  description = "Which events are meant, as JSON."
  value       = jsonencode(local.event_pattern)
}

output "input_paths" {
  description = "Which values are taken from an event, name => JSON path."
  value       = local.input_paths
}

output "input_template" {
  description = "The custom notification for Amazon Q Developer, as EventBridge's template."
  value       = local.input_template

  precondition {
    condition     = length(local.input_template) <= 8192
    error_message = "The notification's template has ${length(local.input_template)} characters; EventBridge takes 8192."
  }
}
