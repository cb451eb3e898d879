output "event_pattern" {
  description = "Which events are meant, as JSON."
  value       = jsonencode(local.event_pattern)

  precondition {
    condition     = length(jsonencode(local.event_pattern)) <= 2048
    error_message = "The pattern for ${length(var.alarm_names)} alarms has ${length(jsonencode(local.event_pattern))} characters; EventBridge takes 2048."
  }
}

output "input_paths" {
  description = "Which values are taken from an event, name => JSON path."
  value       = local.input_paths
}

output "input_template" {
  description = "The custom notification for Amazon Q Developer, as EventBridge's template."
  value       = local.input_template
}
