/**
 * Live updates over one WebSocket, shared by every topic on the page.
 *
 * Owns: the socket, its reconnection, the cursor of each topic.
 * Does not own: what an update means; polling while the socket is down (the page's business, see `liveState`).
 * L1: after a dropped connection every topic is subscribed again after the last cursor seen, so nothing is
 *     missed or shown twice.
 * L2: reconnection waits grow from 0.5 s to 15 s with jitter: a restarted server is not stormed.
 * L3: no topic, no socket.
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

function receive(event: MessageEvent): void {
  if (typeof event.data !== 'string') return;
  let message: Partial<LiveMessage>;
  try {
    message = JSON.parse(event.data) as Partial<LiveMessage>;
  } catch {
    return;
  }
  if (message.type === 'error') {
    // Refused, for now or for good: the page goes on by asking, and the socket tries anew later and later.
    socket?.close();
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
    if (socket !== opening) return;
    socket = undefined;
    if (topics.size === 0) return;
    setLiveState('down');
    const wait = Math.min(RECONNECT_MS.max, RECONNECT_MS.first * 2 ** attempts);
    attempts += 1;
    timer = setTimeout(connect, wait * (0.5 + Math.random() / 2));
  };
}

function disconnect(): void {
  clearTimeout(timer);
  const open = socket;
  socket = undefined;
  attempts = 0;
  setLiveState('connecting');
  open?.close();
}

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
