output "alarms" {
  description = "The alarms, by row: name, metric and description. Each looks at three minutes and fires at the first datapoint above 0."
  value = {
    for key, row in local.rows : key => {
      name = row.name
      description = join("\n", concat(
        [row[var.language].means, "${local.label}: ${row[var.language].next}"],
        row.link == null ? [] : ["${row[var.language].link}: ${row.link}"],
      ))
      namespace  = row.namespace
      metric     = row.metric
      statistic  = row.statistic
      dimensions = row.dimensions
    }
  }
}

output "ending" {
  description = "Names of the alarms whose end is told."
  value       = sort([for row in local.rows : row.name if row.ends])
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
