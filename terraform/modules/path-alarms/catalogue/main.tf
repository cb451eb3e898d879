# What watches the way itself. A column:
#   ends       whether its end is told, which takes the channel: where that is what is broken, telling it would be the next failure, and
#              the alarm be on and off for ever
#   link       where to look
#   en, ja     what it says to people
locals {
  plain = {
    statistic = "Sum"
    ends      = true
  }

  queue_rows = var.undelivered_queue == null ? {} : {
    undelivered_queue = merge(local.plain, {
      name       = "${var.name}-undelivered-queue"
      namespace  = "AWS/SQS"
      statistic  = "Maximum"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = var.undelivered_queue }
      link       = var.undelivered_queue_url == null ? null : "${local.console}/sqs/v3/home?region=${var.region}#/queues/${urlencode(var.undelivered_queue_url)}"
      en = {
        title = "notifications in the queue of undelivered events"
        means = "A notification waits in ${var.undelivered_queue}: EventBridge could not send it to the topic, so nobody has seen it."
        quiet = "A delivery that succeeds on a retry does not fire it."
        next  = "read the message there, check the topic's policy and key, then delete or redrive it: the alarm ends when the queue is empty."
        link  = "Queue"
      }
      ja = {
        title = "未配信キューの通知"
        means = "通知が ${var.undelivered_queue} に残っています。EventBridge がトピックに送れず、まだ誰も見ていません。"
        quiet = "再試行で届いた通知では鳴りません。"
        next  = "メッセージを読み、トピックのポリシーと鍵を確認し、削除または再処理してください。キューが空になると解除されます。"
        link  = "キュー"
      }
    })
  }

  channel_rows = merge([
    for key, configuration in var.channels : {
      "delivery_${key}" = merge(local.plain, {
        name       = "${configuration}-delivery"
        namespace  = "AWS/Chatbot"
        metric     = "MessageDeliveryFailure"
        dimensions = { ConfigurationName = configuration }
        ends       = false
        link       = module.log_links[key].log_group
        en = {
          title = "messages that Slack did not take"
          means = "Amazon Q Developer could not deliver a message of ${configuration} to its Slack channel."
          quiet = "It cannot see a message that no alarm has sent."
          next  = "check that the channel exists and, if it is private, /invite @Amazon Q; the log /aws/chatbot/${configuration} in ${var.region} says why. The end of this alarm is not told: a channel that is still broken would fail at that, too."
          link  = "Log of Amazon Q"
        }
        ja = {
          title = "Slack に届かなかったメッセージ"
          means = "Amazon Q Developer が ${configuration} のメッセージを Slack チャンネルに配信できませんでした。"
          quiet = "どのアラームも送らなかったメッセージはわかりません。"
          next  = "チャンネルがあるか確認し、非公開なら /invite @Amazon Q してください。理由は ${var.region} のログ /aws/chatbot/${configuration} にあります。このアラームの解除は知らせません。直っていないチャンネルには、それも届かないからです。"
          link  = "Amazon Q のログ"
        }
      })
      "unsupported_${key}" = merge(local.plain, {
        name       = "${configuration}-unsupported"
        namespace  = "AWS/Chatbot"
        metric     = "UnsupportedEvents"
        dimensions = { ConfigurationName = configuration }
        link       = module.log_links[key].log_group
        en = {
          title = "messages that Amazon Q dropped"
          means = "Amazon Q Developer dropped a message for ${configuration}: it was neither an alarm nor a custom notification of the right form."
          quiet = "Messages that are shown, whatever they say, do not fire it."
          next  = "read it in the log, then find who else publishes to the topic, or which template makes invalid messages."
          link  = "Log of Amazon Q"
        }
        ja = {
          title = "Amazon Q が破棄したメッセージ"
          means = "Amazon Q Developer が ${configuration} へのメッセージを破棄しました。アラームでも、正しい形式のカスタム通知でもありませんでした。"
          quiet = "表示されたメッセージでは、内容にかかわらず鳴りません。"
          next  = "ログで内容を確認し、トピックに他の何が送っているか、どのテンプレートが正しくないかを調べてください。"
          link  = "Amazon Q のログ"
        }
      })
    }
  ]...)

  rows    = merge(local.queue_rows, local.channel_rows)
  label   = { en = "Next", ja = "次にすること" }[var.language]
  console = module.console.console
}

module "log_links" {
  source   = "../../log-links"
  for_each = var.channels

  region    = var.region
  log_group = "/aws/chatbot/${each.value}"
  filters   = {}
}

module "console" {
  source = "../../log-links"

  region    = var.region
  log_group = "/"
  filters   = {}
}
