# From texts to descriptions: what happened, what to do, where to look.
locals {
  texts = { en = local.en, ja = local.ja }[var.language]
  label = local.texts.labels

  # Which log lines a row's link shows; the others link to the whole log.
  failures = "?ERROR ?\"Task timed out\" ?\"Status: error\""
  filters = {
    page         = "${local.failures} ?${local.marker}"
    warn         = "REPORT"
    errors       = local.failures
    error_rate   = local.failures
    marker       = local.marker
    duration     = "REPORT"
    near_timeout = "REPORT"
    near_memory  = "REPORT"
  }

  dashboard      = "${module.links.console}/cloudwatch/home?region=${var.region}#dashboards/dashboard/${var.function_name}"
  dashboard_line = var.dashboard ? ["${local.label.dashboard}: ${local.dashboard}"] : []
  running        = var.running == null ? [] : ["${local.label.running}: ${var.running.alias} = version ${var.running.version}, ${substr(var.running.image, 0, 19)}"]

  runbooks = { for key in keys(local.enabled) : key => local.limits[key].runbook != null ? local.limits[key].runbook : var.runbook }

  descriptions = {
    for key in keys(local.enabled) : key => join("\n", concat(
      [
        local.texts.rows[key].means,
        "${local.label.next}: ${local.texts.rows[key].next}",
        "${local.label.logs}: ${contains(keys(local.filters), key) ? module.links.urls[key] : module.links.log_group}",
      ],
      local.dashboard_line,
      local.runbooks[key] == null ? [] : ["${local.label.runbook}: ${local.runbooks[key]}"],
      contains(keys(local.groups), local.severities[key]) ? [] : local.running,
    ))
  }

  group_lines = {
    for severity, keys in local.groups : severity => concat(
      [
        "${local.label[severity]}: ${join(", ", [for key in keys : local.texts.rows[key].title])}.",
        "${local.label.next}: ${local.label["${severity}_next"]}",
      ],
      local.dashboard_line,
      var.runbook == null ? [] : ["${local.label.runbook}: ${var.runbook}"],
    )
  }

  # Names may be so long that CloudWatch's 1024 characters do not hold the link to the log as well: then the shorter one, then none;
  # its members have it.
  room = 1024 - 80 # what runs may need as much, and is not known before it runs
  log_lines = {
    for severity, lines in local.group_lines : severity => [
      for address in [module.links.urls[severity], module.links.log_group] :
      "${local.label.logs}: ${address}" if length(join("\n", lines)) + length("\n${local.label.logs}: ${address}") <= local.room
    ]
  }
  group_descriptions = {
    for severity, lines in local.group_lines : severity => join("\n", concat(lines, slice(local.log_lines[severity], 0, min(1, length(local.log_lines[severity]))), local.running))
  }
}

module "links" {
  source = "../../log-links"

  region    = var.region
  log_group = var.log_group
  filters   = local.filters
  hours     = 12 # a description says the same at any time, so its links look back from whoever reads it: an alert of the night, in the morning
}
