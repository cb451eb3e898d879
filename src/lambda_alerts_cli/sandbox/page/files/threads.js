// Which messages belong together: replies to a first message, and the recovery of an alarm.

const inOrder = (messages) => [...messages].sort((one, other) => one.number - other.number);

/** The messages of one channel as Slack shows them: first messages, each with its replies and its recovery. */
export function threadsOf(messages) {
  const threads = [], byRoot = new Map(), byThread = new Map(), open = new Map();
  for (const message of inOrder(messages)) {
    let thread = byRoot.get(message.parent) ?? byThread.get(message.thread);
    if (thread) thread.replies.push(message);
    else {
      thread = { root: message, replies: [], recovered: null };
      threads.push(thread);
      byRoot.set(message.number, thread);
      if (message.thread) byThread.set(message.thread, thread);
    }
    if (!message.about) continue;
    if (message.state === "ALARM") {
      // A new incident in an old thread is not over because the one before it was.
      thread.recovered = null;
      if (!open.has(message.about)) open.set(message.about, thread);
    } else if (message.state === "OK") {
      const first = open.get(message.about);
      if (first) first.recovered = message;
      open.delete(message.about);
    }
  }
  return threads;
}
