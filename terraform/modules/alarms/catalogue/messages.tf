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

  # Names, terms and addresses may be so long that CloudWatch's 1024 characters do not hold the link to the log as well: then the one
  # without a filter, then none.
  room = 1024 - 80 # what runs may need as much, and is not known before it runs

  told = {
    for key in keys(local.enabled) : key => [
      local.texts.rows[key].means,
      "${local.label.next}: ${local.texts.rows[key].next}",
    ]
  }
  more = {
    for key in keys(local.enabled) : key => concat(
      local.dashboard_line,
      local.runbooks[key] == null ? [] : ["${local.label.runbook}: ${local.runbooks[key]}"],
    )
  }
  links = {
    for key in keys(local.enabled) : key => [
      for address in concat([for name in keys(local.filters) : module.links.urls[name] if name == key], [module.links.log_group]) :
      "${local.label.logs}: ${address}" if length(join("\n", concat(local.told[key], local.more[key]))) + length("\n${local.label.logs}: ${address}") <= local.room
    ]
  }
  descriptions = {
    for key in keys(local.enabled) : key => join("\n", concat(
      local.told[key],
      slice(local.links[key], 0, min(1, length(local.links[key]))),
      local.more[key],
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
