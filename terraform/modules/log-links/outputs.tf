output "urls" {
  description = "Addresses in the AWS console, by the names of filters."
  value = {
    for name, filter in local.filters :
    name => "${local.console}/cloudwatch/home?region=${var.region}#logsV2:log-groups/log-group/${local.log_group}/log-events${local.pattern}${filter}${local.start}"
  }
}

output "queries" {
  description = "Addresses of queries in Logs Insights, by their names."
  value = {
    for name, detail in local.queries :
    name => "${local.console}/cloudwatch/home?region=${var.region}#logsV2:logs-insights$3FqueryDetail$3D${detail}"
  }
}

output "log_group" {
  description = "Address of the whole log group."
  value       = "${local.console}/cloudwatch/home?region=${var.region}#logsV2:log-groups/log-group/${local.log_group}"
}

output "console" {
  description = "Where the AWS console of the region begins, for links to other services."
  value       = local.console
}
