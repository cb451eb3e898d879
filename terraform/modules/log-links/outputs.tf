output "urls" {
  description = "Addresses in the AWS console, by the names of filters."
  value = {
    for name, filter in local.filters :
    name => "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#logsV2:log-groups/log-group/${local.log_group}/log-events${local.query}${filter}"
  }
}
