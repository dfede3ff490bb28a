/** The payments service as others see it. */
export interface TransactionView {
  readonly id: string;
  readonly orderId: string;
  readonly kind: 'charge' | 'refund';
  readonly status: 'requested' | 'processed' | 'failed' | 'void' | 'refunded' | 'unsettled';
  readonly amountCents: number;
  readonly currency: string;
  readonly method: string | null;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface PaymentQueries {
  transactions(orderId: string): Promise<readonly TransactionView[]>;
}
