import { type Agent, request } from 'node:http';

export interface Got {
  readonly status: number;
  readonly body: string;
}

/** Asks and waits for the whole answer; rejects when the connection fails. */
export function get(url: string, agent: Agent, token?: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const asked = request(url, { agent, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** What a process tells at /metrics under this name, without labels; undefined: nothing. */
export function metricOf(body: string, name: string): number | undefined {
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1];
  return found === undefined ? undefined : Number(found);
}
