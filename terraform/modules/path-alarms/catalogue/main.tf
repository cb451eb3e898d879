# What watches the way itself. A column: metric and dimensions, and what it says to people in both languages.
locals {
  queue_rows = var.undelivered_queue == null ? {} : {
    undelivered_queue = {
      name       = "${var.name}-undelivered-queue"
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      statistic  = "Maximum"
      dimensions = { QueueName = var.undelivered_queue }
      en = {
        title = "notifications in the queue of undelivered events"
        means = "A notification waits in ${var.undelivered_queue}: EventBridge could not send it to the topic, so nobody has seen it."
        quiet = "A delivery that succeeds on a retry does not fire it."
        next  = "read the message there, check the topic's policy and key, then delete or redrive it: the alarm ends when the queue is empty."
      }
      ja = {
        title = "未配信キューの通知"
        means = "通知が ${var.undelivered_queue} に残っています。EventBridge がトピックに送れず、まだ誰も見ていません。"
        quiet = "再試行で届いた通知では鳴りません。"
        next  = "メッセージを読み、トピックのポリシーと鍵を確認し、削除または再処理してください。キューが空になると解除されます。"
      }
    }
  }

  channel_rows = merge([
    for key, configuration in var.channels : {
      "delivery_${key}" = {
        name       = "${configuration}-delivery"
        namespace  = "AWS/Chatbot"
        metric     = "MessageDeliveryFailure"
        statistic  = "Sum"
        dimensions = { ConfigurationName = configuration }
        en = {
          title = "messages that Slack did not take"
          means = "Amazon Q Developer could not deliver a message of ${configuration} to its Slack channel."
          quiet = "It cannot see a message that no alarm has sent."
          next  = "check that the channel exists and, if it is private, /invite @Amazon Q; the log /aws/chatbot/${configuration} in us-east-1 says why."
        }
        ja = {
          title = "Slack に届かなかったメッセージ"
          means = "Amazon Q Developer が ${configuration} のメッセージを Slack チャンネルに配信できませんでした。"
          quiet = "どのアラームも送らなかったメッセージはわかりません。"
          next  = "チャンネルがあるか確認し、非公開なら /invite @Amazon Q してください。理由は us-east-1 のログ /aws/chatbot/${configuration} にあります。"
        }
      }
      "unsupported_${key}" = {
        name       = "${configuration}-unsupported"
        namespace  = "AWS/Chatbot"
        metric     = "UnsupportedEvents"
        statistic  = "Sum"
        dimensions = { ConfigurationName = configuration }
        en = {
          title = "messages that Amazon Q dropped"
          means = "Amazon Q Developer dropped a message for ${configuration}: it was neither an alarm nor a custom notification of the right form."
          quiet = "Messages that are shown, whatever they say, do not fire it."
          next  = "find who else publishes to the topic, or which template makes invalid messages."
        }
        ja = {
          title = "Amazon Q が破棄したメッセージ"
          means = "Amazon Q Developer が ${configuration} へのメッセージを破棄しました。アラームでも、正しい形式のカスタム通知でもありませんでした。"
          quiet = "表示されたメッセージでは、内容にかかわらず鳴りません。"
          next  = "トピックに他の何が送っているか、どのテンプレートが正しくないかを調べてください。"
        }
      }
    }
  ]...)

  rows  = merge(local.queue_rows, local.channel_rows)
  label = { en = "Next", ja = "次にすること" }[var.language]
}
