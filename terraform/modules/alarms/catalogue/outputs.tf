locals {
  # A datapoint is in sight for lag + one period (its invocation may have begun at the period's first second)
  # + the minute that CloudWatch takes to show it. A shorter window would look past the failures of slow invocations.
  delivery = 60
}

output "alarms" {
  description = "The alarms that this function gets, by row: name, metric or expression, window, threshold, description."
  value = {
    for key, row in local.rows : key => {
      name               = "${var.function_name}-${row.suffix}"
      description        = "${row.means}\n${row.see}"
      namespace          = row.namespace
      metric             = row.metric
      statistic          = row.statistic
      expression         = row.expression
      operands           = row.operands
      log_filter         = row.log_filter
      period             = row.period
      evaluation_periods = ceil((row.lag + row.period + local.delivery) / row.period)
      threshold          = row.threshold
    } if row.enabled
  }
}
