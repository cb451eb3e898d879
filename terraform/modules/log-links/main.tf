locals {
  # Each partition has a console of its own.
  domain = (
    startswith(var.region, "cn-") ? "console.amazonaws.cn" :
    startswith(var.region, "us-gov-") ? "console.amazonaws-us-gov.com" :
    "console.aws.amazon.com"
  )
  console = "https://${var.region}.${local.domain}"

  # The console keeps its state behind '#', where '%' is written '$': names are encoded twice, the inner query once.
  # A blank is %20 to it; the '+' of urlencode would be looked for as it stands.
  log_group = replace(urlencode(urlencode(var.log_group)), "%", "$")
  pattern   = replace(urlencode("?filterPattern="), "%", "$")
  # Seen from whoever clicks: the console takes a begin in milliseconds only, and what fills in a template cannot compute one.
  start = var.hours == null ? "" : "$26start$3D-${var.hours * 3600000}"
  filters = {
    for name, filter in var.filters : name => replace(urlencode(replace(urlencode(filter), "+", "%20")), "%", "$")
  }

  # Logs Insights keeps a query as ~(name~'text~name~1~name~(~'text)), in which a text has '*' where an address has '%'. That is
  # encoded twice as well, although the console takes it as it is: Slack would end an address at its quotes and brackets.
  texts  = merge(var.queries, { "/source" = var.log_group })
  quoted = { for name, text in local.texts : name => replace(replace(replace(urlencode(text), "+", "%20"), "~", "%7E"), "%", "*") }
  details = {
    for name in keys(var.queries) :
    name => ["~(end~0~start~-${var.days * 86400}~timeType~'RELATIVE~unit~'seconds~editorString~'", local.quoted[name], "~source~(~'", local.quoted["/source"], "))"]
  }
  signs = { "~" = "$257E", "(" = "$2528", ")" = "$2529", "'" = "$2527" }
  queries = {
    for name, pieces in local.details :
    name => replace(replace(replace(replace(join("", pieces), "~", local.signs["~"]), "(", local.signs["("]), ")", local.signs[")"]), "'", local.signs["'"])
  }
}
