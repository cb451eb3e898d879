# Every alarm is a row here; what it says to people stands in texts-en.tf and texts-ja.tf. A column:
#   enabled     what the user said, else what suits the way the function is invoked and configured
#   severity    page: something has failed; warn: something is getting close, nothing is lost yet
#   lag         seconds by which a datapoint may come later than the time it is stamped with: Lambda stamps at an invocation's start,
#               so a timeout is known only a whole timeout after the minute it is counted in
#   undivided   one period is the whole window: a share of few calls must not change when the border of two periods goes through them
#   expression  metric math over operands (id => metric and its dimensions); null for a plain metric
#   log_filter  the metric is made from log lines that match; null for a metric that AWS emits
#   line        where its limit lies in a graph of another metric than its own, which nobody graphs
#   absence     fires when nothing is counted in the whole window, instead of when something is; its expression, over `counted`, is made
#               in outputs.tf
locals {
  limits          = var.alarms
  called_directly = length(setintersection(var.invoked, ["sync", "stream"])) > 0 # a stream's batch that fails is a failure as well: it holds up the shard
  called_async    = length(setintersection(var.invoked, ["async", "schedule"])) > 0

  of_the_function = { FunctionName = var.function_name }
  undelivered     = { for number, rule in sort(var.failure_rules) : "rule_${number + 1}" => { metric = "FailedInvocations", dimensions = { RuleName = rule } } }

  # What most rows have in common; a row says only what it has of its own.
  plain = {
    enabled    = false
    severity   = "page"
    namespace  = "AWS/Lambda"
    metric     = null
    statistic  = "Sum"
    dimensions = local.of_the_function
    expression = null
    operands   = {}
    log_filter = null
    line       = null
    absence    = false
    undivided  = false
    period     = 60
    lag        = 0
    threshold  = 0
  }

  from_logs = merge(local.plain, {
    namespace  = "lambda-alerts"
    dimensions = {}
    lag        = 60 # log lines come in batches, and are counted when they have come
  })

  # Fields of a REPORT line as CloudWatch splits it, at blanks and tabs alike: REPORT RequestId: … Duration: 12.3 ms Billed Duration: 13 ms
  # Memory Size: 512 MB Max Memory Used: 80 MB …
  report_duration = "report=\"REPORT\", id_name=\"RequestId:\", id, duration_name=\"Duration:\", duration"
  report_memory   = "duration_unit=\"ms\", billed, billed_name, billed_duration, billed_unit, size_1, size_2, size, size_unit, max_1=\"Max\", max_2=\"Memory\", max_3=\"Used:\", used"

  near_timeout_ms = var.timeout * 10 * local.limits.near_timeout.above_percent_of_timeout
  near_memory_mb  = floor(var.memory * local.limits.near_memory.above_percent_of_memory / 100)

  # A function that runs once in `every` seconds is late after that, plus a minute in which the schedule may start it, plus its own
  # duration, which is when Lambda counts it.
  every = coalesce(local.limits.not_running.every_minutes, 1) * 60

  rows = {
    errors = merge(local.plain, {
      enabled   = coalesce(local.limits.errors.enabled, local.called_directly)
      metric    = "Errors"
      lag       = var.timeout
      threshold = local.limits.errors.above
    })

    # Only when asked for: the errors alarm has spoken before a rate can be computed. FILL: where nobody calls any more, CloudWatch
    # would look further back for a datapoint, and find the end of a burst a second time.
    error_rate = merge(local.plain, {
      enabled    = coalesce(local.limits.error_rate.enabled, false)
      expression = "IF(FILL(invocations, 0) >= ${local.limits.error_rate.at_least_invocations}, 100 * FILL(errors, 0) / FILL(invocations, 1), 0)"
      operands   = { for id, metric in { errors = "Errors", invocations = "Invocations" } : id => { metric = metric, dimensions = local.of_the_function } }
      undivided  = true
      period     = 300
      lag        = var.timeout
      threshold  = local.limits.error_rate.above_percent
    })

    # Whoever calls directly is turned away. An event is not: Lambda keeps it and tries again, up to async_max_age; async_age warns
    # while it waits, and failure-events reports it when it is lost.
    throttles = merge(local.plain, {
      enabled   = coalesce(local.limits.throttles.enabled, local.called_directly)
      metric    = "Throttles"
      threshold = local.limits.throttles.above
    })

    marker = merge(local.from_logs, {
      enabled    = coalesce(local.limits.marker.enabled, true)
      metric     = "${var.function_name}-handled"
      log_filter = local.marker
    })

    # Only when asked for: an event that Lambda gives up on is reported once already, with its error, by failure-events.
    async_dropped = merge(local.plain, {
      enabled   = coalesce(local.limits.async_dropped.enabled, false)
      metric    = "AsyncEventsDropped"
      threshold = local.limits.async_dropped.above
    })

    destination_failures = merge(local.plain, {
      enabled   = coalesce(local.limits.destination_failures.enabled, local.called_async)
      metric    = "DestinationDeliveryFailures"
      threshold = local.limits.destination_failures.above
    })

    undelivered = merge(local.plain, {
      enabled    = coalesce(local.limits.undelivered.enabled, local.called_async) && length(var.failure_rules) > 0
      namespace  = "AWS/Events"
      expression = "SUM([${join(", ", keys(local.undelivered))}])" # of what is there: a rule that has delivered everything counts nothing
      operands   = local.undelivered
      lag        = 300 # it is counted when EventBridge has given up
      threshold  = local.limits.undelivered.above
    })

    dead_letters = merge(local.plain, {
      enabled    = coalesce(local.limits.dead_letters.enabled, false)
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      statistic  = "Maximum"
      dimensions = { QueueName = local.limits.dead_letters.queue == null ? "" : local.limits.dead_letters.queue }
      lag        = 60
      threshold  = local.limits.dead_letters.above
    })

    not_running = merge(local.plain, {
      enabled   = coalesce(local.limits.not_running.enabled, contains(var.invoked, "schedule"))
      operands  = { counted = { metric = "Invocations", dimensions = local.of_the_function } }
      absence   = true
      period    = local.every <= 3600 ? 60 : local.every <= 21600 ? 300 : 3600
      lag       = local.every + 60 + var.timeout
      threshold = 1
    })

    duration = merge(local.plain, {
      enabled   = coalesce(local.limits.duration.enabled, true)
      severity  = "warn"
      metric    = "Duration"
      statistic = "p95"
      period    = 300
      lag       = var.timeout
      threshold = var.timeout * 10 * local.limits.duration.p95_above_percent_of_timeout # milliseconds
    })

    # Only when asked for: it sees the single slow call that a percentile leaves out.
    near_timeout = merge(local.from_logs, {
      enabled    = coalesce(local.limits.near_timeout.enabled, false)
      severity   = "warn"
      metric     = "${var.function_name}-near-timeout"
      log_filter = "[${local.report_duration} > ${local.near_timeout_ms}, ...]"
      line       = { metric = "Duration", value = local.near_timeout_ms }
    })

    near_memory = merge(local.from_logs, {
      enabled    = coalesce(local.limits.near_memory.enabled, true)
      severity   = "warn"
      metric     = "${var.function_name}-near-memory"
      log_filter = "[${local.report_duration}, ${local.report_memory} > ${local.near_memory_mb}, ...]"
    })

    async_age = merge(local.plain, {
      enabled   = coalesce(local.limits.async_age.enabled, local.called_async)
      severity  = "warn"
      metric    = "AsyncEventAge"
      statistic = "Maximum"
      threshold = var.async_max_age * 10 * local.limits.async_age.above_percent_of_max_age # milliseconds
    })

    iterator_age = merge(local.plain, {
      enabled   = coalesce(local.limits.iterator_age.enabled, contains(var.invoked, "stream"))
      severity  = "warn"
      metric    = "IteratorAge"
      statistic = "Maximum"
      lag       = var.timeout
      threshold = local.limits.iterator_age.above_seconds * 1000 # milliseconds
    })

    # By default where there is room below the limit: a function that may run twice at a time often does.
    concurrency = merge(local.plain, {
      enabled   = coalesce(local.limits.concurrency.enabled, coalesce(var.reserved_concurrency, 0) >= 10)
      severity  = "warn"
      metric    = "ConcurrentExecutions"
      statistic = "Maximum"
      threshold = coalesce(var.reserved_concurrency, 0) * local.limits.concurrency.above_percent_of_reserved / 100
    })
  }

  suffixes = { for key in keys(local.rows) : key => key == "marker" ? "handled" : replace(key, "_", "-") }
  marker   = "\"${local.limits.marker.term}\"" # quoted: as it stands, whatever it consists of

  enabled    = { for key, row in local.rows : key => row if row.enabled }
  severities = { for key, row in local.enabled : key => coalesce(local.limits[key].severity, row.severity) }

  # Failures come in bursts: one cause raises several alarms. Two or more of the same severity speak through one, so that a warning
  # that lasts never hides a failure.
  members = { for severity in ["page", "warn"] : severity => [for key, said in local.severities : key if said == severity] }
  groups  = { for severity, keys in local.members : severity => keys if var.alarms.grouped && length(keys) > 1 }
}
