# Which failures no alarm watches, and why: because somebody has switched it off, else for the reason that stands here.
locals {
  absences_en = {
    off                  = "switched off: alarms.KEY = false"
    errors               = "it is not called directly; a rule reports each event that Lambda gives up on"
    error_rate           = "only when asked for: failures are reported one by one already"
    throttles            = "it is not called directly; Lambda keeps events that it refuses and tries again, and a rule reports each that it gives up on"
    marker               = "only when asked for"
    async_dropped        = "only when asked for: a rule reports each event that Lambda gives up on already"
    destination_failures = "it is not called asynchronously"
    undelivered          = local.called_async ? "there is no rule that reports its events" : "it is not called asynchronously"
    dead_letters         = "no queue is named: alarms.dead_letters"
    not_running          = "it is not called by a schedule"
    duration             = "only when asked for"
    near_timeout         = "only when asked for: the slowest 5 % are watched already"
    near_memory          = "only when asked for"
    async_age            = "it is not called asynchronously"
    iterator_age         = "it is not called by a stream"
    concurrency          = "by default only with a reserved_concurrency of 10 or more"
  }

  absences_ja = {
    off                  = "無効にされています: alarms.KEY = false"
    errors               = "直接は呼び出されません (Lambda が諦めたイベントはルールが知らせます)"
    error_rate           = "指定したときだけです (失敗は 1 件ずつ知らせています)"
    throttles            = "直接は呼び出されません (Lambda は拒否したイベントを保持して再試行し、諦めたイベントはルールが知らせます)"
    marker               = "指定したときだけです"
    async_dropped        = "指定したときだけです (Lambda が諦めたイベントはルールが知らせます)"
    destination_failures = "非同期では呼び出されません"
    undelivered          = local.called_async ? "イベントを知らせるルールがありません" : "非同期では呼び出されません"
    dead_letters         = "キューの名前がありません: alarms.dead_letters"
    not_running          = "スケジュールからは呼び出されません"
    duration             = "指定したときだけです"
    near_timeout         = "指定したときだけです (遅い方から 5 % は監視しています)"
    near_memory          = "指定したときだけです"
    async_age            = "非同期では呼び出されません"
    iterator_age         = "ストリームからは呼び出されません"
    concurrency          = "既定では reserved_concurrency が 10 以上のときだけです"
  }

  absences = { en = local.absences_en, ja = local.absences_ja }[var.language]
}

output "uncovered" {
  description = "The failures that no alarm watches, and why not."
  value = [
    for key, row in local.rows : {
      row    = key
      covers = local.texts.rows[key].title
      why    = local.limits[key].enabled == false ? replace(local.absences.off, "KEY", key) : local.absences[key]
    } if !row.enabled
  ]
}
