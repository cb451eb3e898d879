locals {
  writing = [
    {
      Sid    = "MakeRepositoriesAndPush"
      Effect = "Allow"
      Action = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchDeleteImage",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:CreateRepository",
        "ecr:DeleteLifecyclePolicy",
        "ecr:DeleteRepository",
        "ecr:DeleteRepositoryPolicy",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:ListImages",
        "ecr:PutImage",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:PutLifecyclePolicy",
        "ecr:SetRepositoryPolicy",
        "ecr:TagResource",
        "ecr:UntagResource",
        "ecr:UploadLayerPart",
      ]
      Resource = local.resources.repositories
    },
    {
      Sid    = "MakeFunctions"
      Effect = "Allow"
      Action = [
        "lambda:CreateAlias",
        "lambda:CreateFunction",
        "lambda:DeleteAlias",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionConcurrency",
        "lambda:DeleteFunctionEventInvokeConfig",
        "lambda:InvokeFunction", # the smoke event
        "lambda:PublishVersion",
        "lambda:PutFunctionConcurrency",
        "lambda:PutFunctionEventInvokeConfig",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
        "lambda:UpdateFunctionEventInvokeConfig",
      ]
      Resource = local.resources.functions
    },
    {
      Sid    = "MakeLogGroups"
      Effect = "Allow"
      Action = [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteMetricFilter",
        "logs:DeleteRetentionPolicy",
        "logs:PutMetricFilter",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ]
      Resource = local.resources.log_groups
    },
    {
      Sid    = "MakeRoles"
      Effect = "Allow"
      Action = [
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:CreateRole",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:ListInstanceProfilesForRole",
        "iam:ListPolicyVersions",
        "iam:PutRolePolicy",
        "iam:TagPolicy",
        "iam:TagRole",
        "iam:UntagPolicy",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      Resource = concat(local.resources.roles, local.resources.policies)
    },
    {
      Sid      = "AttachThesePolicies"
      Effect   = "Allow"
      Action   = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
      Resource = local.resources.roles
      Condition = {
        ArnLike = { "iam:PolicyARN" = concat(local.resources.policies, sort(var.attachable_policy_arns)) }
      }
    },
    {
      Sid      = "HandRolesToTheirServices"
      Effect   = "Allow"
      Action   = ["iam:PassRole"]
      Resource = local.resources.roles
      Condition = {
        StringEquals = { "iam:PassedToService" = ["chatbot.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com"] }
      }
    },
    {
      Sid    = "MakeAlarmsAndRules"
      Effect = "Allow"
      Action = [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DeleteDashboards",
        "cloudwatch:PutCompositeAlarm",
        "cloudwatch:PutDashboard",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
        "events:DeleteRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
        "events:UntagResource",
      ]
      Resource = concat(local.resources.alarms, local.resources.dashboards, local.resources.rules)
    },
    {
      # AWS asks for the rule and for each alarm that it mutes.
      Sid      = "Mute"
      Effect   = "Allow"
      Action   = ["cloudwatch:DeleteAlarmMuteRule", "cloudwatch:GetAlarmMuteRule", "cloudwatch:PutAlarmMuteRule"]
      Resource = concat(local.resources.mute_rules, local.resources.alarms)
    },
    {
      Sid    = "MuteWhereThereAreNoMuteRules"
      Effect = "Allow"
      Action = [
        "cloudwatch:DisableAlarmActions",
        "cloudwatch:EnableAlarmActions",
        "scheduler:CreateSchedule",
        "scheduler:DeleteSchedule",
        "scheduler:GetSchedule",
        "scheduler:UpdateSchedule",
      ]
      Resource = concat(local.resources.schedules, local.resources.alarms)
    },
    {
      Sid    = "MakeTopicsAndQueues"
      Effect = "Allow"
      Action = [
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetTopicAttributes",
        "sns:TagResource",
        "sns:UntagResource",
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
        "sqs:UntagQueue",
      ]
      Resource = concat(local.resources.topics, local.resources.queues)
    },
    {
      Sid      = "MakeTheChannelsStack"
      Effect   = "Allow"
      Action   = ["cloudformation:CreateStack", "cloudformation:DeleteStack", "cloudformation:UpdateStack"]
      Resource = local.resources.stacks
    },
    {
      Sid    = "MakeTheChannel"
      Effect = "Allow"
      Action = [
        "chatbot:CreateSlackChannelConfiguration",
        "chatbot:DeleteSlackChannelConfiguration",
        "chatbot:TagResource",
        "chatbot:UntagResource",
        "chatbot:UpdateSlackChannelConfiguration",
      ]
      Resource = ["*"]
      # With one's own permissions, but only on behalf of the stack.
      Condition = { "ForAnyValue:StringEquals" = { "aws:CalledVia" = ["cloudformation.amazonaws.com"] } }
    },
    {
      Sid      = "MakeTheChannelsServiceRole"
      Effect   = "Allow"
      Action   = ["iam:CreateServiceLinkedRole"]
      Resource = ["*"]
      Condition = {
        StringEquals = { "iam:AWSServiceName" = "management.chatbot.amazonaws.com" }
      }
    },
    {
      # A key has no name of its own. Who made it is known by the tag that everything of a project carries.
      Sid      = "MakeTheTopicsKey"
      Effect   = "Allow"
      Action   = ["kms:CreateKey"]
      Resource = ["*"]
      Condition = {
        StringEquals = { "aws:RequestTag/lambda-alerts:project" = var.project }
      }
    },
    {
      Sid    = "KeepTheTopicsKey"
      Effect = "Allow"
      Action = [
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
      ]
      Resource = ["arn:${local.partition}:kms:*:${local.account}:key/*"]
      Condition = {
        StringEquals = { "aws:ResourceTag/lambda-alerts:project" = var.project }
      }
    },
    {
      Sid      = "NameTheTopicsKey"
      Effect   = "Allow"
      Action   = ["kms:CreateAlias", "kms:DeleteAlias"]
      Resource = ["arn:${local.partition}:kms:*:${local.account}:alias/${var.project}-*"]
    },
    {
      Sid      = "LogInToTheRegistry"
      Effect   = "Allow"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = ["*"]
    },
  ]

  writing_state = [
    {
      Sid      = "WriteTheState"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = local.state
    },
    {
      Sid      = "LockTheState"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      Resource = local.lock_file
    },
  ]
}
