output "names" {
  description = "Names of the alarms."
  value       = sort([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name])
}

output "coverage" {
  description = "What is covered by which alarm, in words, and what it costs."
  value       = module.catalogue.coverage
}
