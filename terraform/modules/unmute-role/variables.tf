variable "project" {
  description = "Name of the project whose alarms are enabled again."
  type        = string
  nullable    = false
}
