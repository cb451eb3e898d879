variable "name" {
  description = "Name of the repository."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 256
    error_message = "A repository's name has 2 to 256 lower-case letters and digits, separated by single '-', '_', '.' or '/': \"${var.name}\" does not."
  }
}

variable "force_delete" {
  description = "Delete the repository together with the images in it. Without it, destroying a repository that holds images fails."
  type        = bool
  default     = false
  nullable    = false
}
