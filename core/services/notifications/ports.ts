/** The notifications service as others see it. */
export interface NotificationView {
  readonly id: string;
  readonly orderId: string | null;
  readonly channel: 'email' | 'sms';
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly status: 'sent' | 'failed';
  readonly createdAt: string;
}

export interface NotificationQueries {
  /** Newest first; `before` is the id of the last one seen. */
  ofUser(userId: string, limit: number, before?: string): Promise<readonly NotificationView[]>;
  /** What the owner of an order was told about it, newest first. */
  ofOrder(userId: string, orderId: string, limit: number): Promise<readonly NotificationView[]>;
}
