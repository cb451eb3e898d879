variable "project" {
  description = "The project's name: the role may touch what begins with it, and nothing else."
  type        = string
  nullable    = false
}

variable "repository" {
  description = "The GitHub repository whose workflow becomes the role, OWNER/NAME."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^/*?]+/[^/*?]+$", var.repository))
    error_message = "A repository is written OWNER/NAME, without wildcards: \"${var.repository}\" is not."
  }
}

variable "environment" {
  description = "The GitHub environment that the workflow runs in. Limit it to the main branch, or any branch can become the role."
  type        = string
  default     = "alert-proof"
  nullable    = false
}

variable "repository_id" {
  description = "The repository's number: with it, whoever takes over a name that became free is not let in. Null: the name decides."
  type        = string
  default     = null
}

variable "state" {
  description = "The bucket and the object of Terraform's state, which says what is deployed. Null: the role may not read any."
  type = object({
    bucket = string
    key    = string
  })
  default = null
}

variable "oidc_provider_arn" {
  description = "ARN of GitHub's OIDC provider in this account. Null: the one with GitHub's usual address."
  type        = string
  default     = null
}
