# Everything as long as it may be: names, addresses, terms and numbers. CloudWatch takes 1024 characters, and refuses the apply else.
variables {
  function_name        = "a-name-of-sixty-four-characters-which-is-the-most-that-aws-takes"
  log_group            = "/aws/lambda/a-name-of-sixty-four-characters-which-is-the-most-that-aws-takes"
  region               = "us-gov-east-1" # with the console's longest address
  timeout              = 900
  memory               = 10240
  async_max_age        = 21600
  invoked              = ["sync", "async", "stream", "schedule"]
  reserved_concurrency = 1000
  failure_rules        = ["a-rule"]
  dashboard            = true
  runbook              = "https://wiki.example.com/${join("", [for i in range(175) : "x"])}"
  running              = { alias = "live", version = "1234567890", image = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }

  alarms = {
    errors               = { above = 1000000 }
    error_rate           = { enabled = true, above_percent = 99.99, at_least_invocations = 1000000 }
    throttles            = { enabled = true, above = 1000000 }
    marker               = { term = "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm" }
    async_dropped        = { enabled = true, above = 1000000 }
    destination_failures = { above = 1000000 }
    undelivered          = { above = 1000000 }
    dead_letters         = { enabled = true, above = 1000000, queue = "a-queue-of-eighty-characters-which-is-the-most-that-aws-takes-for-queues-as-well" }
    not_running          = { every_minutes = 8640 }
    duration             = { p95_above_percent_of_timeout = 99.99 }
    near_timeout         = { enabled = true, above_percent_of_timeout = 99.99 }
    near_memory          = { above_percent_of_memory = 99.99 }
    async_age            = { above_percent_of_max_age = 99.99 }
    iterator_age         = { above_seconds = 31535999 }
    concurrency          = { above_percent_of_reserved = 99.99 }
  }
}

run "the_longest_descriptions_fit_in_english" {
  command = plan

  variables {
    language = "en"
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024]) && length(output.alarms) == 15
    error_message = "CloudWatch takes 1024 characters: ${jsonencode({ for key, alarm in output.alarms : key => length(alarm.description) if length(alarm.description) > 1024 })}"
  }

  assert {
    condition     = alltrue([for group in output.groups : length(group.description) <= 1024]) && length(output.groups) == 2
    error_message = "CloudWatch takes 1024 characters."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : strcontains(alarm.description, var.runbook) && strcontains(alarm.description, output.dashboard_url)])
    error_message = "What is left out is the link to the log, and nothing else."
  }
}

run "the_longest_descriptions_fit_in_english_where_each_alarm_speaks_for_itself" {
  command = plan

  variables {
    language = "en"
    alarms   = merge(var.alarms, { grouped = false })
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024]) && length(output.alarms) == 15
    error_message = "CloudWatch takes 1024 characters: ${jsonencode({ for key, alarm in output.alarms : key => length(alarm.description) if length(alarm.description) > 1024 })}"
  }

  assert {
    condition     = alltrue([for group in output.groups : length(group.description) <= 1024]) && length(output.groups) == 0
    error_message = "CloudWatch takes 1024 characters."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : strcontains(alarm.description, var.runbook) && strcontains(alarm.description, output.dashboard_url)])
    error_message = "What is left out is the link to the log, and nothing else."
  }
}

run "the_longest_descriptions_fit_in_japanese" {
  command = plan

  variables {
    language = "ja"
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024]) && length(output.alarms) == 15
    error_message = "CloudWatch takes 1024 characters: ${jsonencode({ for key, alarm in output.alarms : key => length(alarm.description) if length(alarm.description) > 1024 })}"
  }

  assert {
    condition     = alltrue([for group in output.groups : length(group.description) <= 1024]) && length(output.groups) == 2
    error_message = "CloudWatch takes 1024 characters."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : strcontains(alarm.description, var.runbook) && strcontains(alarm.description, output.dashboard_url)])
    error_message = "What is left out is the link to the log, and nothing else."
  }
}

run "the_longest_descriptions_fit_in_japanese_where_each_alarm_speaks_for_itself" {
  command = plan

  variables {
    language = "ja"
    alarms   = merge(var.alarms, { grouped = false })
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : length(alarm.description) <= 1024]) && length(output.alarms) == 15
    error_message = "CloudWatch takes 1024 characters: ${jsonencode({ for key, alarm in output.alarms : key => length(alarm.description) if length(alarm.description) > 1024 })}"
  }

  assert {
    condition     = alltrue([for group in output.groups : length(group.description) <= 1024]) && length(output.groups) == 0
    error_message = "CloudWatch takes 1024 characters."
  }

  assert {
    condition     = alltrue([for alarm in output.alarms : strcontains(alarm.description, var.runbook) && strcontains(alarm.description, output.dashboard_url)])
    error_message = "What is left out is the link to the log, and nothing else."
  }
}

run "a_term_that_is_long_in_an_address_costs_the_filter_and_no_more" {
  command = plan

  variables {
    runbook = null
    alarms  = merge(var.alarms, { marker = { term = join("", [for i in range(128) : "失"]) } })
  }

  assert {
    condition     = length(output.alarms.marker.description) <= 1024 && endswith(split("\n", output.alarms.marker.description)[2], "$252Faws$252Flambda$252F${var.function_name}")
    error_message = "The link to the whole log is shorter, and better than none."
  }

  assert {
    condition     = strcontains(output.alarms.errors.description, "filterPattern")
    error_message = "Where there is room the link shows what is looked for."
  }
}
