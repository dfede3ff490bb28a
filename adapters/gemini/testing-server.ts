import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the API takes it, as far as tests look at it. */
export interface Asked {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: {
    readonly contents: readonly {
      readonly role: string;
      readonly parts: readonly Record<string, unknown>[];
    }[];
    readonly tools?: readonly {
      readonly functionDeclarations: readonly { readonly name: string; readonly parameters?: object }[];
    }[];
    readonly systemInstruction?: unknown;
  };
}

/** Texts to embed, as the API takes them. */
export interface AskedToEmbed {
  readonly path: string;
  readonly key: string | undefined;
  readonly texts: readonly string[];
  readonly requests: readonly {
    readonly model: string;
    readonly content: { readonly parts: readonly { readonly text: string }[] };
    readonly taskType?: string;
    readonly outputDimensionality?: number;
  }[];
}

/** Vectors, a status of failure, a body as it is, or silence. */
export type Embedded =
  | readonly (readonly number[])[]
  | number
  | { readonly status?: number; readonly body: string }
  | 'silence';

/** Parts of an answer, a status of failure, or silence. */
export type Reply = readonly Record<string, unknown>[] | number | 'silence';

/** The part of Gemini's API that is used, on a local port: questions are answered by `reply`, texts by `embed`. */
export async function startGeminiStandIn(
  reply: (asked: Asked) => Reply,
  embed: (asked: AskedToEmbed) => Embedded = () => 503,
): Promise<{
  readonly origin: string;
  readonly asked: readonly Asked[];
  readonly askedToEmbed: readonly AskedToEmbed[];
  close(): Promise<void>;
}> {
  const asked: Asked[] = [];
  const askedToEmbed: AskedToEmbed[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const given = request.headers['x-goog-api-key'];
      const key = typeof given === 'string' ? given : undefined;
      const path = request.url ?? '';
      const send = (status: number, body: string): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      };
      let answer: Reply | Embedded;
      if (path.includes(':batchEmbedContents')) {
        const { requests } = JSON.parse(text) as Pick<AskedToEmbed, 'requests'>;
        const texts = requests.map(({ content }) => content.parts.map((part) => part.text).join(''));
        const one: AskedToEmbed = { path, key, texts, requests };
        askedToEmbed.push(one);
        answer = embed(one);
        if (typeof answer === 'object' && 'body' in answer) {
          send(answer.status ?? 200, answer.body);
        } else if (typeof answer === 'object') {
          send(200, JSON.stringify({ embeddings: answer.map((values) => ({ values })) }));
        }
      } else {
        const one: Asked = { path, key, body: JSON.parse(text) as Asked['body'] };
        asked.push(one);
        answer = reply(one);
        if (typeof answer === 'object') {
          const content = { role: 'model', parts: answer };
          send(200, JSON.stringify({ candidates: [{ content, finishReason: 'STOP', index: 0 }] }));
        }
      }
      if (typeof answer === 'number') {
        send(
          answer,
          JSON.stringify({
            error: { code: answer, message: 'refused by the stand-in', status: 'FAILED' },
          }),
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    askedToEmbed,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
