# What EventBridge makes of a template: values as they are, a missing path as an empty string.
variable "template" {
  type = string
}

variable "paths" {
  type = map(string)
}

variable "event" {
  type = string
}

locals {
  event = jsondecode(var.event)
  steps = { for name, path in var.paths : name => split(".", trimprefix(path, "$.")) }
  values = {
    for name, steps in local.steps :
    name => length(steps) == 3 ? try(tostring(local.event[steps[0]][steps[1]][steps[2]]), "") : try(tostring(local.event[steps[0]]), "")
  }
}

output "text" {
  value = join("", [
    for piece in regexall("<[A-Za-z]+>|[^<]+", var.template) : startswith(piece, "<") ? local.values[trim(piece, "<>")] : piece
  ])
}
