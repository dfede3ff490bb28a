interface Closable {
  close(): Promise<void>;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Closes a channel or a connection; resolves once it is closed, whoever did it. amqplib's own promise stays open for
 * ever when the connection breaks before RabbitMQ has answered.
 */
export function closeFully(closable: Closable): Promise<void> {
  return new Promise((resolve) => {
    closable.once('close', resolve);
    // It rejects where there is nothing left to close.
    closable.close().then(resolve, () => resolve());
  });
}
