locals {
  # A datapoint is in sight for lag + one period (its invocation may have begun at the period's first second)
  # + the minute that CloudWatch takes to show it. A shorter window would look past the failures of slow invocations.
  delivery = 60
  in_sight = { for key, row in local.rows : key => row.lag + row.period + local.delivery }
  period   = { for key, row in local.rows : key => row.undivided ? ceil(local.in_sight[key] / 60) * 60 : row.period }
  periods  = { for key, row in local.rows : key => ceil(local.in_sight[key] / local.period[key]) }
  minutes  = { for key, row in local.rows : key => local.periods[key] * local.period[key] / 60 }
  windows  = { for key, minutes in local.minutes : key => minutes % 60 == 0 ? "${minutes / 60} h" : "${minutes} min" }

  # CloudWatch cannot tell a function that is new from one that was never started: neither has a datapoint. So what is looked back on
  # before it was watched counts as a run, and nothing is missed until a whole window has gone by. Seconds since 1970, which Terraform has
  # no function for: whole days (years begin with March here, so that a leap day is the last of one), then the time of the day.
  year      = tonumber(formatdate("YYYY", var.since)) - (tonumber(formatdate("M", var.since)) <= 2 ? 1 : 0)
  month     = (tonumber(formatdate("M", var.since)) + 9) % 12
  leap_days = floor(local.year / 4) - floor(local.year / 100) + floor(local.year / 400)
  days      = 365 * local.year + local.leap_days + floor((153 * local.month + 2) / 5) + tonumber(formatdate("D", var.since)) - 1 - 719468
  since     = 86400 * local.days + 3600 * tonumber(formatdate("h", var.since)) + 60 * tonumber(formatdate("m", var.since)) + tonumber(formatdate("s", var.since))
}

module "prices" {
  source = "../../prices"
}

output "alarms" {
  description = "The alarms that this function gets, by row: name, metric or expression, window, threshold, description, and whether a group speaks for it."
  value = {
    for key, row in local.enabled : key => {
      name                = "${var.function_name}-${local.suffixes[key]}"
      description         = local.descriptions[key]
      severity            = local.severities[key]
      grouped             = contains(keys(local.groups), local.severities[key])
      namespace           = row.namespace
      metric              = row.metric
      statistic           = row.statistic
      dimensions          = row.dimensions
      expression          = row.absence ? "IF(EPOCH(counted) < ${local.since}, 1, counted)" : row.expression
      operands            = row.operands
      log_filter          = row.log_filter
      comparison          = row.absence ? "LessThanThreshold" : "GreaterThanThreshold"
      missing             = row.absence ? "breaching" : "notBreaching" # a function that is not called is well, unless it should have run
      period              = local.period[key]
      evaluation_periods  = local.periods[key]
      datapoints_to_alarm = row.absence ? local.periods[key] : 1 # the window is only as wide as datapoints are late: one failure in it is a failure
      threshold           = row.threshold
    }
  }
}

output "intervals" {
  description = "Rows that fire when nothing is counted, and the minutes within which something has to be."
  value       = { for key, row in local.enabled : key => local.limits[key].every_minutes if row.absence }
}

output "groups" {
  description = "Alarms over the alarms above, by severity: one speaks for all of its severity."
  value = {
    for severity, keys in local.groups : severity => {
      name        = "${var.function_name}-${severity}"
      description = local.group_descriptions[severity]
      rule        = join(" OR ", [for key in keys : "ALARM(\"${var.function_name}-${local.suffixes[key]}\")"])
    }
  }
}

output "speakers" {
  description = "Names of the alarms that send messages, by severity: the group, or every alarm of it."
  value = {
    for severity, keys in local.members : severity => contains(keys(local.groups), severity) ? ["${var.function_name}-${severity}"] : [
      for key in keys : "${var.function_name}-${local.suffixes[key]}"
    ]
  }
}

# A share, a sum over rules and what did not happen have no place in a graph of what the function does.
output "lines" {
  description = "Where limits lie in graphs of the function's metrics in AWS/Lambda, in the metric's own unit: the metric, the value, the alarm and what it means."
  value = [
    for key, row in local.enabled : {
      metric   = row.line == null ? row.metric : row.line.metric
      value    = row.line == null ? row.threshold : row.line.value
      label    = "${local.suffixes[key]}: ${local.texts.rows[key].title}"
      severity = local.severities[key]
    } if row.line != null || row.namespace == "AWS/Lambda" && row.metric != null
  ]
}

output "coverage" {
  description = "What is covered by which alarm, in words, and what it costs."
  value = concat(
    [
      for key, row in local.enabled : {
        name     = "${var.function_name}-${local.suffixes[key]}"
        row      = key
        severity = local.severities[key]
        speaker  = contains(keys(local.groups), local.severities[key]) ? "${var.function_name}-${local.severities[key]}" : null
        covers   = local.texts.rows[key].title
        fires    = local.texts.rows[key].means
        quiet    = local.texts.rows[key].quiet
        next     = local.texts.rows[key].next
        window   = local.windows[key]
        dollars  = max(length(row.operands), 1) * module.prices.usd.alarm_metric
      }
    ],
    [
      for severity, keys in local.groups : {
        name     = "${var.function_name}-${severity}"
        row      = severity
        severity = severity
        speaker  = null
        covers   = join(", ", [for key in keys : local.texts.rows[key].title])
        fires    = "${local.label[severity]}: ${join(", ", [for key in keys : local.texts.rows[key].title])}."
        quiet    = join(" ", [for key in keys : local.texts.rows[key].quiet])
        next     = local.label["${severity}_next"]
        window   = null
        dollars  = module.prices.usd.composite_alarm
      }
    ],
  )
}

output "dashboard_url" {
  description = "Where the function's dashboard can be seen. Null: it has none."
  value       = var.dashboard ? local.dashboard : null
}
