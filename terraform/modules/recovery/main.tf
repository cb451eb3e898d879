locals {
  event_pattern = {
    source      = ["aws.cloudwatch"]
    detail-type = ["CloudWatch Alarm State Change"]
    detail = {
      alarmName     = var.alarm_names
      previousState = { value = ["ALARM"] } # a new alarm comes from INSUFFICIENT_DATA: nothing was wrong
      state         = { value = ["OK"] }
    }
  }

  # Only values whose alphabet CloudWatch sets; see failure-events/notification.
  input_paths = {
    alarm = "$.detail.alarmName"
    since = "$.detail.previousState.timestamp"
    until = "$.detail.state.timestamp"
  }

  texts = {
    en = {
      title       = "${var.function_name == null ? "" : "${var.function_name} is well again: "}<alarm> is over"
      description = "*Failing since:* <since>\n*Well since:* <until>"
      running     = "*Running:*"
      failed      = "Nothing has to be done for the alarm. What failed meanwhile stays failed: ${module.links.urls.failures}"
      lost        = "Nothing has to be done for the alarm. What did not arrive meanwhile arrives only where somebody sends it again; `lambda-alerts status` shows which alarms are on."
      history     = "The alarm and its history: ${local.alarm}"
      dashboard   = "The dashboard: ${local.dashboard}"
    }
    ja = {
      title       = "${var.function_name == null ? "" : "${var.function_name} は回復しました: "}<alarm> は解除されました"
      description = "*障害の開始:* <since>\n*回復:* <until>"
      running     = "*実行中:*"
      failed      = "アラームに対する作業は不要です。その間に失敗したものは失敗したままです: ${module.links.urls.failures}"
      lost        = "アラームに対する作業は不要です。その間に届かなかったものは、再処理しない限り届きません。鳴っているアラームは `lambda-alerts status` でわかります。"
      history     = "アラームと履歴: ${local.alarm}"
      dashboard   = "ダッシュボード: ${local.dashboard}"
    }
  }
  text = local.texts[var.language]

  cloudwatch = "${module.links.console}/cloudwatch/home?region=${var.region}"
  alarm      = "${local.cloudwatch}#alarmsV2:alarm/<alarm>"
  dashboard  = var.function_name == null ? "" : "${local.cloudwatch}#dashboards/dashboard/${var.function_name}"
  running    = var.running == null ? "" : "\n${local.text.running} ${var.running.alias} = version ${var.running.version}, ${substr(var.running.image, 0, 19)}"

  # https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
  notification = {
    version = "1.0"
    source  = "custom"
    content = {
      textType    = "client-markdown"
      title       = local.text.title
      description = "${local.text.description}${local.running}"
      nextSteps   = concat([var.log_group == null ? local.text.lost : local.text.failed, local.text.history], var.dashboard ? [local.text.dashboard] : [])
    }
    metadata = {
      threadId          = var.thread == null ? "<alarm> <since>" : var.thread # one for each time that the alarm was on
      summary           = local.text.title
      relatedResources  = ["<alarm>"]
      additionalContext = { alarm = "<alarm>" }
    }
  }

  # jsonencode writes < and > as \u003c and \u003e; EventBridge would not see its placeholders.
  input_template = replace(replace(jsonencode(local.notification), "\\u003c", "<"), "\\u003e", ">")
}

module "links" {
  source = "../log-links"

  region    = var.region
  log_group = coalesce(var.log_group, "/")
  filters   = { failures = "?ERROR ?\"Task timed out\" ?\"Status: error\"" }
  hours     = 12
}
