/** What a broker message's body says, whoever put it there. */
export interface FrameBody {
  readonly messages: readonly unknown[];
  /** Set when the body is no JSON: its text, cut to UNREADABLE_CHARS_MAX. */
  readonly unreadable?: string;
}

/** Enough of an unreadable body for an operator to recognise it. */
export const UNREADABLE_CHARS_MAX = 10_000;

/**
 * Reads a body: a JSON array is a frame of messages, any other JSON one message (someone may put a single
 * message on a queue by hand). Never throws.
 */
export function readFrameBody(text: string): FrameBody {
  try {
    const body: unknown = JSON.parse(text);
    return { messages: Array.isArray(body) ? (body as unknown[]) : [body] };
  } catch {
    return { messages: [], unreadable: text.slice(0, UNREADABLE_CHARS_MAX) };
  }
}
