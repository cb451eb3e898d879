mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  name = "orders-api"
}

run "images_are_kept_as_they_were_pushed" {
  command = apply

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "A tag that can move takes the tag away from a deployed image."
  }

  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "Images are not scanned."
  }

  assert {
    condition     = !aws_ecr_repository.this.force_delete
    error_message = "A repository with images must not go by default."
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : rule.selection.tagStatus] == ["untagged"]
    error_message = "A rule for tagged images can delete the image of a published version."
  }

  assert {
    condition = jsondecode(aws_ecr_repository_policy.this.policy).Statement == [{
      Sid       = "LambdaECRImageRetrievalPolicy"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Condition = { StringLike = { "aws:sourceArn" = "arn:aws:lambda:ap-northeast-1:123456789012:function:*" } }
    }]
    error_message = "Lambda in this account and region may pull, and nobody else by this policy."
  }

  assert {
    condition     = output.repository_url == aws_ecr_repository.this.repository_url
    error_message = "The URL to push to is the repository's."
  }
}

run "images_go_with_the_repository_only_on_request" {
  command = plan

  variables {
    force_delete = true
  }

  assert {
    condition     = aws_ecr_repository.this.force_delete
    error_message = "force_delete was asked for."
  }
}

run "a_name_that_ecr_refuses_is_refused" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "Orders"
  }
}
