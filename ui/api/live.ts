/**
 * Live updates over one WebSocket, shared by every topic on the page.
 *
 * Owns: the socket, its reconnection, the cursor of each topic.
 * Does not own: what an update means; polling while the socket is down (the page's business, see `liveState`).
 * L1: after a dropped connection every topic is subscribed again after the last cursor seen, so nothing is
 *     missed or shown twice.
 * L2: reconnection waits grow from 0.5 s to 15 s with jitter: a restarted server is not stormed.
 * L3: no topic, no socket.
 * L4: a socket that the browser still calls open may be dead (another network, a laptop that slept): it is given up when
 *     the browser goes offline, and when a follower finds that it has missed something (`reconnect`).
 */
import { createSignal } from 'solid-js';

const RECONNECT_MS = { first: 500, max: 15_000 } as const;
/** A socket that does not open within this time counts as down. */
const OPEN_MS_MAX = 6_000;

export type LiveState = 'connecting' | 'open' | 'down';
const [liveState, setLiveState] = createSignal<LiveState>('connecting');
export { liveState };

export interface LiveMessage {
  readonly topic: string;
  readonly cursor?: number | string | null;
  readonly type: string;
  readonly data: unknown;
}

interface Topic {
  cursor: number | string | undefined;
  readonly receive: (message: LiveMessage) => void;
}

const topics = new Map<string, Topic>();
let socket: WebSocket | undefined;
let attempts = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function ask(name: string, topic: Topic): void {
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.send(
    JSON.stringify({ subscribe: name, ...(topic.cursor === undefined ? {} : { after: topic.cursor }) }),
  );
}

function receive(this: WebSocket, event: MessageEvent): void {
  // What a socket that was given up still brings comes again on the next one.
  if (this !== socket) return;
  if (typeof event.data !== 'string') return;
  let message: Partial<LiveMessage>;
  try {
    message = JSON.parse(event.data) as Partial<LiveMessage>;
  } catch {
    return;
  }
  if (message.type === 'error') {
    // Refused, for now or for good: the page goes on by asking, and the socket tries anew later and later.
    socket.close();
    return;
  }
  if (message.topic === undefined || message.type === undefined) return;
  attempts = 0;
  const topic = topics.get(message.topic);
  if (topic === undefined) return;
  if (message.cursor !== undefined && message.cursor !== null) topic.cursor = message.cursor;
  topic.receive({ ...message, topic: message.topic, type: message.type, data: message.data });
}

function connect(): void {
  clearTimeout(timer);
  if (topics.size === 0) return;
  const address = new URL('/api/live', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const opening = (socket = new WebSocket(address));
  const tooLate = setTimeout(() => {
    if (opening.readyState === WebSocket.CONNECTING) opening.close();
  }, OPEN_MS_MAX);
  opening.onopen = () => {
    clearTimeout(tooLate);
    setLiveState('open');
    for (const [name, topic] of topics) ask(name, topic);
  };
  opening.onmessage = receive;
  opening.onclose = () => {
    clearTimeout(tooLate);
    if (socket === opening) lost();
  };
}

/** The socket is of no use any more; another one is opened after a while. */
function lost(): void {
  socket = undefined;
  if (topics.size === 0) return;
  setLiveState('down');
  const wait = Math.min(RECONNECT_MS.max, RECONNECT_MS.first * 2 ** attempts);
  attempts += 1;
  clearTimeout(timer);
  timer = setTimeout(connect, wait * (0.5 + Math.random() / 2));
}

/** Browsers complain of a socket that is closed before it has opened. */
function close(given: WebSocket): void {
  if (given.readyState === WebSocket.CONNECTING) given.onopen = () => given.close();
  else given.close();
}

/** Gives the socket up, without waiting for the other side to agree (it may be gone), and opens another one soon. */
export function reconnect(): void {
  const dead = socket;
  if (dead === undefined) return;
  lost();
  close(dead);
}

function disconnect(): void {
  clearTimeout(timer);
  const open = socket;
  socket = undefined;
  attempts = 0;
  setLiveState('connecting');
  if (open !== undefined) close(open);
}

window.addEventListener('offline', reconnect);
window.addEventListener('online', () => {
  if (topics.size > 0 && socket === undefined) {
    attempts = 0;
    connect();
  }
});

/** Follows a topic after a cursor; returns how to stop. One follower per topic. */
export function follow(
  name: string,
  after: number | string | undefined,
  receiveMessage: (message: LiveMessage) => void,
): () => void {
  const topic: Topic = { cursor: after, receive: receiveMessage };
  topics.set(name, topic);
  if (socket === undefined) connect();
  else ask(name, topic);
  return () => {
    if (topics.get(name) !== topic) return;
    topics.delete(name);
    if (topics.size === 0) disconnect();
    else if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ unsubscribe: name }));
  };
}
