terraform {
  required_version = ">= 1.10" # the floor of the whole project: S3 state with native locking

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}
