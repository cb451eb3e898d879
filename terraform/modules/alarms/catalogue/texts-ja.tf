# What alarms say in Japanese; the columns are those of texts-en.tf.
locals {
  ja = {
    labels = {
      next      = "次にすること"
      logs      = "ログ"
      dashboard = "ダッシュボード"
      runbook   = "手順書"
      running   = "実行中"
      page      = "${var.function_name} で障害が起きています。最初に鳴ったアラームは理由 (Reason) にあります。次のいずれかです"
      warn      = "${var.function_name} が上限に近づいています。まだ何も失われていません。最初に鳴ったアラームは理由 (Reason) にあります。次のいずれかです"
      page_next = var.dashboard ? "ダッシュボードですべてのアラームを確認し、ログを読んでください。" : "ログを読んでください。どのアラームが鳴っているかはコンソールでわかります。"
      warn_next = var.dashboard ? "ダッシュボードで、どの上限かを確認してください。" : "どのアラームが鳴っているか (どの上限か) をコンソールで確認してください。"
    }

    rows = {
      errors = {
        title = "呼び出しの失敗"
        means = "${var.function_name} の呼び出しが${local.limits.errors.above == 0 ? "" : " 1 分間に ${local.limits.errors.above} 回を超えて"}失敗しました (例外、タイムアウト、クラッシュ、メモリ不足)。"
        quiet = "コードが自分で捕捉した失敗と、Lambda に拒否された呼び出しは数えません。"
        next  = "ログでエラーを読み、原因を直してください。${local.windows.errors} 失敗がなければアラームは自動で解除されます。"
      }
      error_rate = {
        title = "失敗率の上昇"
        means = "${var.function_name} の呼び出しの ${local.limits.error_rate.above_percent} % 超が直近の ${local.windows.error_rate} に失敗しました (${local.limits.error_rate.at_least_invocations} 回以上の呼び出しのうち)。単発の不正なリクエストではありません。"
        quiet = "直近の ${local.windows.error_rate} の呼び出しが ${local.limits.error_rate.at_least_invocations} 回未満のときは、何回失敗しても鳴りません。"
        next  = "直前の変更 (デプロイ、呼び出し先のサービス) を調べてください。エラーはログにあります。"
      }
      throttles = {
        title = "呼び出しの拒否"
        means = "同時実行数が上限に達し、Lambda が ${var.function_name} の実行を${local.limits.throttles.above == 0 ? "" : " 1 分間に ${local.limits.throttles.above} 回を超えて"}拒否しました。拒否は呼び出しにもエラーにも数えられません。"
        quiet = "遅い処理や長い待ち行列だけでは鳴りません。実際に拒否された呼び出しだけを数えます。"
        next  = "同時実行数を関数とアカウントの上限と比べ、reserved_concurrency を上げるか、呼び出し側を抑えてください。"
      }
      marker = {
        title = "コードが捕捉した失敗"
        means = "${var.function_name} が ${local.limits.marker.term} をログに出しました。コードが自分で捕捉し、知らせたい失敗です。Lambda では成功と数えられます。"
        quiet = "この文字列をそのまま含むログ行だけを数えます。"
        next  = "その行と前後のログを読んでください。"
      }
      async_dropped = {
        title = "イベントの破棄"
        means = "Lambda が ${var.function_name} の非同期イベントを${local.limits.async_dropped.above == 0 ? "" : " 1 分間に ${local.limits.async_dropped.above} 件を超えて"}、成功しないまま破棄しました。"
        quiet = "再試行が残っている間の失敗では鳴りません。"
        next  = "原因を直してからイベントを送り直してください。自動では送り直されません。"
      }
      destination_failures = {
        title = "失敗報告の喪失"
        means = "${var.function_name} のイベントを Lambda が諦めたことを報告できませんでした${local.limits.destination_failures.above == 0 ? "" : " (${local.limits.destination_failures.above} 件超)"}。失敗が見えないまま失われます。"
        quiet = "失敗しても報告できたイベントでは鳴りません。"
        next  = "実行ロールに events:PutEvents があるか確認してください。手で変えられた箇所は `lambda-alerts plan` でわかります。"
      }
      undelivered = {
        title = "通知の配信失敗"
        means = "EventBridge が ${var.function_name} の通知をトピックに送れませんでした${local.limits.undelivered.above == 0 ? "" : " (${local.limits.undelivered.above} 件超)"}。"
        quiet = "再試行で届いた通知では鳴りません。"
        next  = "トピックのポリシーと鍵を確認してください。イベントは未配信キューに残っています。"
      }
      dead_letters = {
        title = "デッドレターキューの滞留"
        means = "${var.function_name} のデッドレターキュー ${coalesce(local.limits.dead_letters.queue, "-")} にメッセージが${local.limits.dead_letters.above == 0 ? "" : " ${local.limits.dead_letters.above} 件を超えて"}あります。処理できなかったものです。"
        quiet = "再試行中のメッセージは別のキューにあり、数えません。"
        next  = "原因を直し、SQS の「DLQ 再処理の開始」でメッセージを戻してください。"
      }
      not_running = {
        title = "実行の欠落"
        means = "${var.function_name} が ${local.windows.not_running} 実行されていません。${coalesce(local.limits.not_running.every_minutes, 1)} 分に 1 回は実行されるはずです。"
        quiet = "失敗した実行も実行に数えます (失敗には別のアラームがあります)。新しい関数は、最初の間隔が過ぎるまでは鳴りません。"
        next  = "スケジュールが存在し、有効で、関数を呼び出せるか確認し、必要なら手で実行してください。"
      }
      duration = {
        title = "実行の遅延"
        means = "${var.function_name} の遅い方から 5 % の呼び出しが、タイムアウト ${var.timeout} 秒の ${local.limits.duration.p95_above_percent_of_timeout} % を超えています。まもなくタイムアウトします。"
        quiet = "コールドスタートや、多数の中の 1 回の遅い呼び出しでは鳴りません (5 分間の 95 % がより速ければ)。"
        next  = "ログで遅い箇所を探してください。本当に時間のかかる処理ならメモリかタイムアウトを増やしてください。"
      }
      near_timeout = {
        title = "タイムアウト間近の呼び出し"
        means = "${var.function_name} の呼び出しが、タイムアウト ${var.timeout} 秒の ${local.limits.near_timeout.above_percent_of_timeout} % を超えました。"
        quiet = "それより短い呼び出しは、何回あっても鳴りません。"
        next  = "ログで遅い箇所を探してください。本当に時間のかかる処理ならメモリかタイムアウトを増やしてください。"
      }
      near_memory = {
        title = "メモリの逼迫"
        means = "${var.function_name} が ${var.memory} MB のうち ${local.near_memory_mb} MB を超えて使いました。上限に達すると Lambda は処理の途中で強制終了します。"
        quiet = "それより少ない使用量では、どれだけ続いても鳴りません。"
        next  = "メモリを増やすか、呼び出しの間に溜まっているものを探してください。"
      }
      async_age = {
        title = "イベントの長い待ち"
        means = "${var.function_name} の非同期イベントが、破棄されるまでの ${var.async_max_age} 秒の ${local.limits.async_age.above_percent_of_max_age} % を超えて待ちました。"
        quiet = "1 分後と 2 分後の再試行では鳴りません${var.async_max_age < 600 ? " (async_max_age がこれほど短い場合を除く)" : ""}。"
        next  = "拒否と同時実行数を確認してください。イベントの到着に処理が追いついていません。"
      }
      iterator_age = {
        title = "ストリームの遅れ"
        means = "${var.function_name} がストリームから ${local.limits.iterator_age.above_seconds} 秒を超えて遅れています。古くなったレコードは失われます。"
        quiet = "レコードのないストリームでは鳴りません。"
        next  = "失敗を繰り返すバッチがないか調べ、なければ並列化係数かシャード数を増やしてください。"
      }
      concurrency = {
        title = "同時実行数の逼迫"
        means = "${var.function_name} が、同時に実行できる ${coalesce(var.reserved_concurrency, 0)} 件の ${local.limits.concurrency.above_percent_of_reserved} % を超えて実行しています。"
        quiet = "順番に続く呼び出しは、何回あっても鳴りません。"
        next  = "拒否される前に reserved_concurrency を上げるか、呼び出し側を抑えてください。"
      }
    }
  }
}
