// @ts-check
import { once } from 'node:events';
import { connect } from 'node:http2';

/**
 * Owns: calls through the ingress, over one HTTP/2 connection.
 *
 * @typedef {(service: string, key: string, handler: string, body: unknown) => Promise<unknown>} Call
 */

/**
 * @param {import('../harness/program.mjs').Place} place
 * @param {string} url
 * @returns {Promise<Call>}
 */
export async function openIngress(place, url) {
  const session = connect(url);
  await once(session, 'connect');
  place.defer(async () => {
    session.close();
  });
  return (service, key, handler, body) =>
    new Promise((resolve, reject) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/${service}/${key}/${handler}`,
        'content-type': 'application/json',
      });
      let status = 0;
      let text = '';
      stream.setEncoding('utf8');
      stream.on('response', (headers) => (status = Number(headers[':status'])));
      stream.on('data', (chunk) => (text += chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        if (status === 200) resolve(text === '' ? undefined : JSON.parse(text));
        else reject(new Error(`${service}/${key}/${handler}: ${status} ${text}`));
      });
      stream.end(JSON.stringify(body));
    });
}
