# What alarms say in English. title: what happened, for a list; means: the same as a sentence; quiet: when it does not fire; next: what to do.
locals {
  en = {
    labels = {
      next      = "Next"
      logs      = "Logs"
      dashboard = "Dashboard"
      runbook   = "Runbook"
      running   = "Running"
      page      = "${var.function_name} has failures: the reason names the alarm that fired first. It is one of"
      warn      = "${var.function_name} gets close to a limit; nothing is lost yet. The reason names the alarm that fired first. It is one of"
      page_next = var.dashboard ? "open the dashboard, which shows all its alarms, and the log." : "read the log; the console shows which of its alarms are on."
      warn_next = var.dashboard ? "open the dashboard: it shows which limit." : "the console shows which of its alarms are on, and so which limit."
    }

    rows = {
      errors = {
        title = "failed invocations"
        means = "${local.limits.errors.above == 0 ? "An invocation" : "More than ${local.limits.errors.above} invocations in a minute"} of ${var.function_name} failed: an exception, a timeout, a crash or out of memory."
        quiet = "Failures that the code catches do not count, nor do calls that Lambda refused."
        next  = "read the error in the log, correct its cause; the alarm ends by itself when no invocation fails for ${local.windows.errors}."
      }
      error_rate = {
        title = "a high share of failures"
        means = "More than ${local.limits.error_rate.above_percent} % of ${var.function_name}'s invocations failed within ${local.windows.error_rate}, of at least ${local.limits.error_rate.at_least_invocations}: this is more than a single bad request."
        quiet = "With fewer than ${local.limits.error_rate.at_least_invocations} invocations within ${local.windows.error_rate} it never fires, however many of them fail."
        next  = "look for what has changed, a deploy or a service it calls; the log has the errors."
      }
      throttles = {
        title = "refused calls"
        means = "Lambda refused to run ${var.function_name}${local.limits.throttles.above == 0 ? "" : " more than ${local.limits.throttles.above} times in a minute"}, because too many invocations were running already. Refused calls count neither as invocations nor as errors."
        quiet = "A slow function or a long queue alone does not fire it, only calls that were turned away."
        next  = "compare concurrency with its own and the account's limit; raise reserved_concurrency or slow the callers down."
      }
      marker = {
        title = "failures that the code caught"
        means = "${var.function_name} logged ${local.limits.marker.term}: it caught a failure itself and wants it seen. Lambda counts such an invocation as a success."
        quiet = "Only log lines with exactly this text count."
        next  = "read the line and what was logged around it."
      }
      async_dropped = {
        title = "dropped events"
        means = "Lambda dropped ${local.limits.async_dropped.above == 0 ? "an asynchronous event" : "more than ${local.limits.async_dropped.above} asynchronous events in a minute"} of ${var.function_name} without a successful run."
        quiet = "An attempt that fails while a retry may still succeed does not fire it."
        next  = "correct the cause, then send the events again; nobody else will."
      }
      destination_failures = {
        title = "lost failure reports"
        means = "Lambda could not report that it gave up on ${local.limits.destination_failures.above == 0 ? "an event" : "more than ${local.limits.destination_failures.above} events"} of ${var.function_name}: failures are lost unseen."
        quiet = "Events that fail and are reported do not fire it."
        next  = "check that its role may events:PutEvents; `lambda-alerts plan` shows what was changed by hand."
      }
      undelivered = {
        title = "undelivered notifications"
        means = "EventBridge could not send ${local.limits.undelivered.above == 0 ? "a notification" : "more than ${local.limits.undelivered.above} notifications"} about ${var.function_name} to the topic."
        quiet = "A delivery that succeeds on a retry does not fire it."
        next  = "check the topic's policy and key; the event waits in the queue of undelivered events."
      }
      dead_letters = {
        title = "messages in the dead-letter queue"
        means = "${local.limits.dead_letters.above == 0 ? "A message waits" : "More than ${local.limits.dead_letters.above} messages wait"} in the dead-letter queue ${coalesce(local.limits.dead_letters.queue, "-")} of ${var.function_name}: it could not be processed."
        quiet = "Messages that are still being retried are in another queue."
        next  = "correct the cause, then move the messages back: SQS, start DLQ redrive."
      }
      not_running = {
        title = "a missed run"
        means = "${var.function_name} has not run for ${local.windows.not_running}; it should run at least once in ${coalesce(local.limits.not_running.every_minutes, 1)} min."
        quiet = "A run that fails is a run: failures have alarms of their own. One that is new has its whole first interval to run in."
        next  = "check that its schedule exists, is enabled and may invoke the function; then invoke it by hand if the run is needed."
      }
      duration = {
        title = "slow invocations"
        means = "The slowest 5 % of ${var.function_name}'s invocations take more than ${local.limits.duration.p95_above_percent_of_timeout} % of its timeout of ${var.timeout} s: it is about to time out."
        quiet = "A cold start or a single slow call among many does not fire it: 95 % of the calls in 5 minutes have to be faster."
        next  = "find what is slow in the log; raise memory or timeout if the work is really that long."
      }
      near_timeout = {
        title = "a call close to the timeout"
        means = "An invocation of ${var.function_name} took more than ${local.limits.near_timeout.above_percent_of_timeout} % of its timeout of ${var.timeout} s."
        quiet = "Invocations that stay below do not fire it, however many there are."
        next  = "find what was slow in the log; raise memory or timeout if the work is really that long."
      }
      near_memory = {
        title = "memory nearly full"
        means = "${var.function_name} used more than ${local.near_memory_mb} MB of its ${var.memory} MB: at the limit Lambda kills it in the middle of its work."
        quiet = "Memory that stays below is no matter, however long."
        next  = "raise memory, or find what is kept between invocations."
      }
      async_age = {
        title = "events that wait too long"
        means = "An asynchronous event of ${var.function_name} waited for more than ${local.limits.async_age.above_percent_of_max_age} % of the ${var.async_max_age} s after which Lambda drops it."
        quiet = "Retries of a failing event, which come after one and two minutes, do not fire it${var.async_max_age < 600 ? ", unless async_max_age is this short" : ""}."
        next  = "look at throttles and concurrency: events come faster than they are processed."
      }
      iterator_age = {
        title = "a stream that falls behind"
        means = "${var.function_name} is more than ${local.limits.iterator_age.above_seconds} s behind its stream: records that get too old are lost."
        quiet = "A stream without records does not fire it."
        next  = "look for a batch that fails again and again, else raise the parallelization factor or the number of shards."
      }
      concurrency = {
        title = "concurrency nearly used up"
        means = "${var.function_name} runs more than ${local.limits.concurrency.above_percent_of_reserved} % of the ${coalesce(var.reserved_concurrency, 0)} invocations that it may run at a time."
        quiet = "Many invocations one after the other do not fire it."
        next  = "raise reserved_concurrency before calls are refused, or slow the callers down."
      }
    }
  }
}
