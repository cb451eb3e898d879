locals {
  log = replace(module.links.urls.request, "REQUEST", "<requestId>")
  # No event names its log stream, and what fills in a template cannot compute the begin of a span of time. So the links ask for the
  # request instead, which is exact: an attempt's lines lie at its moment, in its stream, and nowhere else.
  streams   = replace(module.links.queries.request, "REQUEST", "<requestId>")
  dashboard = "${module.links.console}/cloudwatch/home?region=${local.region}#dashboards/dashboard/${local.function_name}"
  image     = var.image == null ? "" : ", ${substr(var.image, 0, 19)}"

  texts = {
    en = {
      title       = "${local.function_name} lost an event: Lambda gave up on it"
      description = "*Why:* <condition>, attempts: <attempts>\n*Function:* <functionArn>\n*Ran:* version <version>${local.image}\n*Request:* <requestId>\n*Given up at:* <time>"
      runbook     = "Runbook"
      next = [
        "Read what the attempts logged: ${local.log}",
        "All of them in order, each with its stream, up to a week back: ${local.streams}",
        "RetriesExhausted: correct the cause, then send the event again. Nobody else will.",
        "EventAgeExceeded: the function was throttled or failed for too long. Look at its concurrency.",
        "The dashboard: ${local.dashboard}",
      ]
    }
    ja = {
      title       = "${local.function_name} のイベントが失われました: Lambda が処理を諦めました"
      description = "*理由:* <condition>、試行回数: <attempts>\n*関数:* <functionArn>\n*実行:* バージョン <version>${local.image}\n*リクエスト:* <requestId>\n*諦めた時刻:* <time>"
      runbook     = "手順書"
      next = [
        "各試行のログを読んでください: ${local.log}",
        "全試行のログをストリーム付きで時刻順に (過去 1 週間): ${local.streams}",
        "RetriesExhausted: 原因を直してからイベントを送り直してください。自動では送り直されません。",
        "EventAgeExceeded: 拒否または失敗が長く続きました。同時実行数を確認してください。",
        "ダッシュボード: ${local.dashboard}",
      ]
    }
  }
  text = local.texts[var.language]
}
