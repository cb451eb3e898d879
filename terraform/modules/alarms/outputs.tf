output "names" {
  description = "Names of the alarms, also of those that speak for others."
  value       = sort(concat([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name], [for alarm in aws_cloudwatch_composite_alarm.this : alarm.alarm_name]))
}

output "arns" {
  description = "ARNs of the alarms, by row of the catalogue, and of those that speak for others, by severity."
  value       = merge({ for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.arn }, { for severity, alarm in aws_cloudwatch_composite_alarm.this : severity => alarm.arn })
}

output "lines" {
  description = "Where the limits of the alarms lie in graphs of the function's metrics, for the module [dashboard](../dashboard)."
  value       = module.catalogue.lines
}

output "coverage" {
  description = "What is covered by which alarm, in words, and what it costs."
  value       = module.catalogue.coverage
}

output "uncovered" {
  description = "The failures that no alarm watches, and why not."
  value       = module.catalogue.uncovered
}

output "dashboard_url" {
  description = "Where the function's dashboard can be seen. Null: it has none."
  value       = module.catalogue.dashboard_url
}

output "rule_names" {
  description = "Names of the EventBridge rules that tell when an alarm is over."
  value       = [for rule in aws_cloudwatch_event_rule.recovery : rule.name]
}
