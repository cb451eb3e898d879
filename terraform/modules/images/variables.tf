variable "file" {
  description = "A JSON file, function => digest, that is read when no digests are given."
  type        = string
  nullable    = false
}

variable "given" {
  description = "Digests that are given, function => sha256:<64 hex digits>. Null: they are in the file."
  type        = map(string)
  default     = null
}
