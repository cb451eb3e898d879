// What the page says, in the language of the browser. What the sandbox itself says (hops, reasons) is English.
const ENGLISH = {
  skip: "Skip to the messages", side: "Workspace", health: "Health", channels: "Channels", force: "Force a failure",
  invocation: "How the function is invoked", sync: "sync", async: "async", theme: "Light or dark", menu: "Open the menu",
  close: "Close", views: "Views", picture: "Alarms over time", messages: "Messages", lost: "Lost", alarms: "Alarms",
  inAlarm: "in alarm", ofAlarms: "{n} alarms in all", lostMessages: "lost", delivered: "messages", live: "Live",
  connecting: "Connecting…", gone: "Disconnected", app: "APP", noChannel: "no channel yet",
  ended: "The sandbox has ended, and what was in it is gone; what you see is what this page still remembers.",
  endedNext: "Start another one, and open the address that it prints:",
  lostTouch: "The sandbox does not answer. Trying again…",
  full: "Too many windows show this page. Close one; this one tries again by itself.",
  renewed: "This is another sandbox than before: it began with nothing.",
  topicLine: "Amazon Q posts here what reaches its topics: {n}", oneTopicLine: "Amazon Q posts here what reaches its topic",
  recovered: "Recovered after {span}", replies: "{n} replies", reply: "1 reply", hide: "Hide replies",
  journey: "Journey", journeyOf: "How it got here", openJourney: "Open the journey of this message", hops: "{n} hops",
  hop: "1 hop", nextSteps: "Next steps", wouldRun: "In Slack this would run", refused: "It would be refused: {why}",
  noJourney: "The journal knows nothing that led here.", earlier: "{n} earlier hops are not shown.",
  lostHere: "Lost here", whyLost: "Why", nothingLost: "Nothing was lost",
  nothingLostText: "Everything that set out for a channel has arrived, or is still on its way.",
  lostLead: "On AWS nobody would ever hear of these. The sandbox saw where each one ended, and why.",
  real: "real", atOnce: "at once", counted: "{dimensions}: the datapoint stamped {time}", moreFacts: "More facts", later: "later", stampedEarlier: "stamped {span} earlier", sinceFailure: "{span} from the failure to the channel",
  kind_invocation: "Invocation", kind_event: "Event", kind_metric: "Metric", kind_alarm: "Alarm", kind_rule: "Rule",
  kind_topic: "Topic", kind_channel: "Channel", error: "Error", timeout: "Timeout", forceWhat: "Force: {what} of {name}",
  forcing: "Invoking…", busy: "running", forced_error: "Forced an error", forced_timeout: "Forced a timeout",
  waitFor: "request {id}; wait for the alarm", arrived: "It reached the channel", wasLost: "It was lost: see “Lost”",
  forceFailed: "Not forced: {why}", noAnswer: "the sandbox does not answer", noFunctions: "No function is deployed yet.",
  window: "Show", minutes: "{n} min", hours: "{n} h", failures: "Failed invocations", nFailures: "{n} failed invocations",
  noAlarms: "No alarms yet. They come with the first deploy.", showAll: "Show all {n}", showFewer: "Show fewer",
  asText: "As text", hideText: "Hide the text", now: "now", since: "{state} since {time}",
  textAlarm: "Alarm", textState: "State", textFrom: "From", ALARM: "ALARM", OK: "OK", INSUFFICIENT_DATA: "no data",
  emptyTitle: "All quiet. Now make it fail.", emptyText: "Messages appear here as Amazon Q would post them in Slack, each with the way it came.",
  step1: "Deploy a function into this sandbox", step2: "Force an error or a timeout", step2Text: "with the buttons under “Force a failure”",
  step3: "Watch it arrive", step3Text: "invocation → metric → alarm → topic → channel", done: "done", copy: "Copy", copied: "Copied",
  newer: "New messages", speed: "The clock runs {n}× as fast", realTime: "The clock runs as on AWS", newMessage: "New message: {title}",
  keys: "j / k next and previous · Enter journey · Esc close", today: "Today",
};

const JAPANESE = {
  skip: "メッセージへ移動", side: "ワークスペース", health: "状態", channels: "チャンネル", force: "失敗を起こす",
  invocation: "関数の呼び出し方", sync: "同期", async: "非同期", theme: "ライト / ダーク", menu: "メニューを開く",
  close: "閉じる", views: "表示", picture: "アラームの推移", messages: "メッセージ", lost: "消失", alarms: "アラーム",
  inAlarm: "アラーム中", ofAlarms: "全 {n} 件", lostMessages: "消失", delivered: "メッセージ", live: "ライブ",
  connecting: "接続中…", gone: "切断", app: "アプリ", noChannel: "チャンネルはまだありません",
  ended: "サンドボックスは終了し、中身は失われました。表示されているのは、このページが覚えている内容です。",
  endedNext: "もう一度起動し、表示されたアドレスを開いてください:",
  lostTouch: "サンドボックスが応答しません。再接続しています…",
  full: "このページを開いているウィンドウが多すぎます。1 つ閉じてください。自動で再接続します。",
  renewed: "別のサンドボックスに接続しました。最初は空です。",
  topicLine: "{n} 個のトピックに届いたものを Amazon Q がここに投稿します", oneTopicLine: "トピックに届いたものを Amazon Q がここに投稿します",
  recovered: "{span}後に回復", replies: "{n} 件の返信", reply: "1 件の返信", hide: "返信を隠す",
  journey: "経路", journeyOf: "ここに届くまで", openJourney: "このメッセージの経路を開く", hops: "{n} 区間", hop: "1 区間",
  nextSteps: "次にすること", wouldRun: "Slack では次が実行されます", refused: "拒否されます: {why}",
  noJourney: "ここに至る記録はありません。", earlier: "これより前の {n} 件は省略しています。",
  lostHere: "ここで消失", whyLost: "理由", nothingLost: "消失はありません",
  nothingLostText: "チャンネルに向かったものは、すべて届いたか、まだ途中です。",
  lostLead: "AWS では誰にも気づかれません。サンドボックスは、どこで、なぜ終わったかを記録しています。",
  real: "実時間", atOnce: "すぐに", counted: "{dimensions}: {time} のデータポイント", moreFacts: "詳しい値", later: "後", stampedEarlier: "{span}前の時刻で記録", sinceFailure: "失敗からチャンネルまで {span}",
  kind_invocation: "呼び出し", kind_event: "イベント", kind_metric: "メトリクス", kind_alarm: "アラーム", kind_rule: "ルール",
  kind_topic: "トピック", kind_channel: "チャンネル", error: "エラー", timeout: "タイムアウト", forceWhat: "{name} に{what}を起こす",
  forcing: "呼び出し中…", busy: "実行中", forced_error: "エラーを起こしました", forced_timeout: "タイムアウトを起こしました",
  waitFor: "リクエスト {id}。アラームをお待ちください", arrived: "チャンネルに届きました", wasLost: "消失しました。「消失」を見てください",
  forceFailed: "起こせませんでした: {why}", noAnswer: "サンドボックスが応答しません", noFunctions: "関数はまだデプロイされていません。",
  window: "表示範囲", minutes: "{n} 分", hours: "{n} 時間", failures: "失敗した呼び出し", nFailures: "失敗した呼び出し {n} 件",
  noAlarms: "アラームはまだありません。最初のデプロイで作られます。", showAll: "{n} 件すべて表示", showFewer: "少なく表示",
  asText: "文字で表示", hideText: "文字を隠す", now: "現在", since: "{time} から {state}",
  textAlarm: "アラーム", textState: "状態", textFrom: "開始", ALARM: "アラーム", OK: "OK", INSUFFICIENT_DATA: "データ不足",
  emptyTitle: "静かです。失敗させてみましょう。", emptyText: "Amazon Q が Slack に投稿するとおりにメッセージが現れ、届いた経路も見られます。",
  step1: "このサンドボックスに関数をデプロイ", step2: "エラーかタイムアウトを起こす", step2Text: "「失敗を起こす」のボタンで",
  step3: "届くのを見る", step3Text: "呼び出し → メトリクス → アラーム → トピック → チャンネル", done: "済み", copy: "コピー", copied: "コピーしました",
  newer: "新しいメッセージ", speed: "時計は {n} 倍速です", realTime: "時計は AWS と同じ速さです", newMessage: "新しいメッセージ: {title}",
  keys: "j / k 前後のメッセージ · Enter 経路 · Esc 閉じる", today: "今日",
};

export const language = (navigator.language ?? "en").toLowerCase().startsWith("ja") ? "ja" : "en";
const words = language === "ja" ? { ...ENGLISH, ...JAPANESE } : ENGLISH;

/** A text with its places filled in. */
export const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Gives the texts to what stands in the page from the beginning. */
export function sayEverywhere() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
}
