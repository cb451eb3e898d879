variable "project" {
  description = "Name of the project, as in lambda-alerts.toml: the roles reach what begins with it, and nothing else."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.project)) && length(var.project) <= 30
    error_message = "A project's name has at most 30 lower-case letters and digits, begins with a letter, and may have single '-' in between: \"${var.project}\" does not."
  }
}

variable "repository" {
  description = "The repository on GitHub that may take the roles: OWNER/NAME."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "A repository is named OWNER/NAME, without wildcards: \"${var.repository}\" is not."
  }
}

variable "repository_id" {
  description = "The repository's number (`gh api repos/OWNER/NAME --jq .id`). Names can be given up and taken by somebody else, numbers cannot; the subjects of repositories made since July 2026 carry it."
  type        = string
  default     = null

  validation {
    condition     = var.repository_id == null || can(regex("^[0-9]+$", var.repository_id))
    error_message = "repository_id is a number, not \"${coalesce(var.repository_id, "null")}\"."
  }
}

variable "owner_id" {
  description = "The owner's number (`gh api repos/OWNER/NAME --jq .owner.id`); goes with repository_id."
  type        = string
  default     = null

  validation {
    condition     = (var.owner_id == null) == (var.repository_id == null) && (var.owner_id == null || can(regex("^[0-9]+$", var.owner_id)))
    error_message = "owner_id is a number, and goes with repository_id: give both or none."
  }
}

variable "branch" {
  description = "The branch that is deployed; a plan of it may be made before somebody approves the deploy."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = !can(regex("[*?]", var.branch))
    error_message = "branch is one branch, without wildcards."
  }
}

variable "environment" {
  description = "The environment on GitHub that the deploying job runs in; who may approve it is decided there."
  type        = string
  default     = "production"
  nullable    = false

  validation {
    condition     = !can(regex("[*?:]", var.environment))
    error_message = "environment is one environment, without wildcards and colons."
  }
}

variable "state" {
  description = "Where Terraform's state lies: [state] of lambda-alerts.toml."
  type = object({
    bucket = string
    key    = optional(string)
  })
  nullable = false
}

variable "oidc_provider_arn" {
  description = "ARN of the account's provider for token.actions.githubusercontent.com; an account has one at most. Null: it is made here."
  type        = string
  default     = null
}

variable "attachable_policy_arns" {
  description = "The policies of others that functions may be given (policy_arns in lambda-alerts.toml)."
  type        = set(string)
  default     = []
  nullable    = false
}
