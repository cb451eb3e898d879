data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

resource "aws_ecr_repository" "this" {
  name                 = var.name
  force_delete         = var.force_delete
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

# ECR does not know which digests Lambda runs. A rule that counts or dates tagged images sooner or later deletes the image of a
# published version, and its next cold start fails with ImageDeleted. Every deployed image keeps its tag, because tags are immutable:
# nothing can take it away by being pushed later. So whatever has no tag was never deployed, and that alone may expire.
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Untagged images are leftovers of interrupted pushes; deployed images have a tag and stay."
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
      action       = { type = "expire" }
    }]
  })
}

# Without it Lambda writes this policy itself, if the deployer may let it, and the next plan shows a difference nobody made.
resource "aws_ecr_repository_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaECRImageRetrievalPolicy"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Condition = {
        StringLike = {
          "aws:sourceArn" = "arn:${data.aws_partition.this.partition}:lambda:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:function:*"
        }
      }
    }]
  })
}
