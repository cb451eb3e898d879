# A CloudFormation stack because the aws provider cannot attach custom actions (buttons) to a channel, while
# CustomizationResourceArns here can; a custom action becomes one more resource of this template.
resource "aws_cloudformation_stack" "this" {
  name       = var.name
  on_failure = "DELETE" # a workspace that is not authorised yet leaves nothing half-made behind

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "The Slack channel ${var.channel} as a reader of alerts."
    Resources = {
      Channel = {
        Type = "AWS::Chatbot::SlackChannelConfiguration"
        Properties = {
          ConfigurationName = var.name
          SlackWorkspaceId  = var.workspace
          SlackChannelId    = var.channel
          SnsTopicArns      = var.topic_arns
          IamRoleArn        = aws_iam_role.this.arn
          GuardrailPolicies = [aws_iam_policy.this.arn] # unset, it would be AdministratorAccess
          UserRoleRequired  = false
          LoggingLevel      = "ERROR"
        }
      }
    }
    Outputs = {
      ChannelArn = { Value = { Ref = "Channel" } }
    }
  })

  depends_on = [aws_iam_role_policy_attachment.this]

  lifecycle {
    # It counts at creation only and AWS does not tell it afterwards: a stack that is imported would be replaced, and the channel with it.
    ignore_changes = [on_failure]

    # A configuration cannot move to another workspace. CloudFormation would make its successor first, under the same name, and fail.
    replace_triggered_by = [terraform_data.workspace]
  }
}

resource "terraform_data" "workspace" {
  input = var.workspace
}
