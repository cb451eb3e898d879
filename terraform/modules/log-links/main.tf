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
  query     = replace(urlencode("?filterPattern="), "%", "$")
  filters = {
    for name, filter in var.filters : name => replace(urlencode(replace(urlencode(filter), "+", "%20")), "%", "$")
  }
}
