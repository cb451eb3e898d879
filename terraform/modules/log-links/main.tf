# The console keeps its state behind '#', where '%' is written '$': names are encoded twice, the inner query once.
locals {
  log_group = replace(urlencode(urlencode(var.log_group)), "%", "$")
  query     = replace(urlencode("?filterPattern="), "%", "$")
  filters   = { for name, filter in var.filters : name => replace(urlencode(urlencode(filter)), "%", "$") }
}
