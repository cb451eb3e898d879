// What the page knows. The stream puts it in, views look at it; they are called together, once for each turn.
const fresh = () => ({
  hops: new Map(), messages: new Map(), lost: new Map(), transitions: [], failures: [],
  channels: [], functions: [], alarms: [],
});

export const store = { ...fresh(), hello: null, received: 0, connection: "connecting", configuration: null, view: "channel", opened: null };

const views = [];
let due = false;

export const onChange = (view) => views.push(view);

export function changed() {
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    for (const view of views) view(store);
  });
}

/** The first word of a connection; another sandbox than before begins with nothing. */
export function greet(hello) {
  const other = store.hello !== null && store.hello.instance !== hello.instance;
  if (other) Object.assign(store, fresh(), { configuration: null, opened: null });
  Object.assign(store, { hello, received: Date.now() / 1000, connection: other ? "renewed" : "live" });
  changed();
}

const MARKS = 4000; // of the picture: the oldest ones have left its widest window long ago

export function learn(news) {
  for (const hop of news.hops) store.hops.set(hop.number, hop);
  for (const message of news.messages) store.messages.set(message.number, message);
  for (const loss of news.lost) store.lost.set(loss.hop, loss);
  for (const { message, hop, journey } of news.journeys) {
    const known = store.messages.get(message) ?? store.lost.get(hop);
    if (known) known.journey = journey;
  }
  store.transitions = [...store.transitions, ...news.transitions].slice(-MARKS);
  store.failures = [...store.failures, ...news.failures].slice(-MARKS);
  changed();
}

export function set(values) {
  Object.assign(store, values);
  changed();
}

export const speed = () => store.hello?.speed ?? 1;

/** The sandbox's clock, as far as this page can know it. */
export const sandboxNow = () => {
  if (!store.hello) return Date.now() / 1000;
  const until = store.endedAt ?? Date.now() / 1000;
  return store.hello.now + (until - store.received) * store.hello.speed;
};

/** The hops that a message or a loss is known to have come by. */
export const wayOf = (journey) => journey.map((number) => store.hops.get(number)).filter(Boolean);
