# Every alarm is a row here. A column:
#   enabled     what the user said, else what suits the way the function is invoked
#   lag         seconds by which a datapoint may come later than the time it is stamped with: Lambda stamps at an invocation's start,
#               so a timeout is known only a whole timeout after the minute it is counted in
#   expression  metric math over operands (id => metric); null for a plain metric
#   log_filter  the metric is made from log lines that match; null for a metric that Lambda emits
#   means, see  the two halves of the description
locals {
  called_directly = contains(var.invoked, "sync")
  limits          = var.alarms

  rows = {
    errors = {
      enabled    = coalesce(local.limits.errors.enabled, local.called_directly)
      suffix     = "errors"
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      statistic  = "Sum"
      expression = null
      operands   = {}
      log_filter = null
      period     = 60
      lag        = var.timeout
      threshold  = local.limits.errors.above
      means      = "${local.limits.errors.above == 0 ? "An invocation" : "More than ${local.limits.errors.above} invocations in a minute"} of ${var.function_name} failed: an exception, a timeout, a crash or out of memory."
      see        = "What it logged then: ${module.links.urls.errors}"
    }

    error_rate = {
      enabled    = coalesce(local.limits.error_rate.enabled, local.called_directly)
      suffix     = "error-rate"
      namespace  = "AWS/Lambda"
      metric     = null
      statistic  = "Sum"
      expression = "IF(invocations >= ${local.limits.error_rate.at_least_invocations}, 100 * errors / invocations, 0)"
      operands   = { errors = "Errors", invocations = "Invocations" }
      log_filter = null
      period     = 300
      lag        = var.timeout
      threshold  = local.limits.error_rate.above_percent
      means      = "More than ${local.limits.error_rate.above_percent} % of ${var.function_name}'s invocations failed within 5 minutes, of at least ${local.limits.error_rate.at_least_invocations}: this is more than a single bad request."
      see        = "What they logged: ${module.links.urls.errors}"
    }

    throttles = {
      enabled    = coalesce(local.limits.throttles.enabled, true)
      suffix     = "throttles"
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      statistic  = "Sum"
      expression = null
      operands   = {}
      log_filter = null
      period     = 60
      lag        = 0
      threshold  = local.limits.throttles.above
      means      = "Lambda refused to run ${var.function_name}${local.limits.throttles.above == 0 ? "" : " more than ${local.limits.throttles.above} times in a minute"}, because too many invocations were running already. Refused calls count neither as invocations nor as errors."
      see        = "Concurrency, its own and the account's: ${module.links.console}/lambda/home?region=${var.region}#/functions/${var.function_name}?tab=monitoring"
    }

    duration = {
      enabled    = coalesce(local.limits.duration.enabled, true)
      suffix     = "duration"
      namespace  = "AWS/Lambda"
      metric     = "Duration"
      statistic  = "p95"
      expression = null
      operands   = {}
      log_filter = null
      period     = 300
      lag        = var.timeout
      threshold  = var.timeout * 10 * local.limits.duration.p95_above_percent_of_timeout # milliseconds
      means      = "The slowest 5 % of ${var.function_name}'s invocations take more than ${local.limits.duration.p95_above_percent_of_timeout} % of its timeout of ${var.timeout} s: it is about to time out."
      see        = "How long each one took: ${module.links.urls.durations}"
    }

    marker = {
      enabled    = coalesce(local.limits.marker.enabled, true)
      suffix     = "handled"
      namespace  = "lambda-alerts"
      metric     = "${var.function_name}-handled"
      statistic  = "Sum"
      expression = null
      operands   = {}
      log_filter = local.marker
      period     = 60
      lag        = 60 # log lines come in batches, and are counted when they have come
      threshold  = 0
      means      = "${var.function_name} logged ${local.limits.marker.term}: it caught a failure itself and wants it seen. Lambda counts such an invocation as a success."
      see        = "The lines: ${module.links.urls.marker}"
    }
  }

  marker = "\"${local.limits.marker.term}\"" # quoted: as it stands, whatever it consists of
}

module "links" {
  source = "../../log-links"

  region    = var.region
  log_group = var.log_group
  filters = {
    errors    = "?ERROR ?\"Task timed out\" ?\"Status: error\""
    durations = "REPORT"
    marker    = local.marker
  }
}
