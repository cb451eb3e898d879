output "alarms" {
  description = "The alarms, by row: name, metric and description. Each looks at three minutes and fires at the first datapoint above 0."
  value = {
    for key, row in local.rows : key => {
      name        = row.name
      description = "${row[var.language].means}\n${local.label}: ${row[var.language].next}"
      namespace   = row.namespace
      metric      = row.metric
      statistic   = row.statistic
      dimensions  = row.dimensions
    }
  }
}

module "prices" {
  source = "../../prices"
}

output "coverage" {
  description = "What is covered by which alarm, in words, and what it costs."
  value = [
    for key, row in local.rows : {
      name     = row.name
      row      = key
      severity = "page"
      speaker  = null
      covers   = row[var.language].title
      fires    = row[var.language].means
      quiet    = row[var.language].quiet
      next     = row[var.language].next
      window   = "3 min"
      dollars  = module.prices.usd.alarm_metric
    }
  ]
}
