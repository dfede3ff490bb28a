/**
 * The first `count` of some numbers in an order, in that order, without sorting the others: a heap of the best so far,
 * whose top is the worst of them.
 */
export function firstOf(
  numbers: Int32Array,
  count: number,
  before: (one: number, other: number) => number,
): number[] {
  if (count * 2 >= numbers.length) return [...numbers].sort(before).slice(0, count);
  const heap: number[] = [];
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    if (heap.length < count) {
      heap.push(number);
      rise(heap, before);
    } else if (before(number, heap[0] ?? 0) < 0) {
      heap[0] = number;
      sink(heap, before);
    }
  }
  return heap.sort(before);
}

function rise(heap: number[], before: (one: number, other: number) => number): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (before(heap[at] ?? 0, heap[parent] ?? 0) <= 0) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function sink(heap: number[], before: (one: number, other: number) => number): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const later = right < heap.length && before(heap[right] ?? 0, heap[left] ?? 0) > 0 ? right : left;
    if (before(heap[at] ?? 0, heap[later] ?? 0) >= 0) return;
    swap(heap, at, later);
    at = later;
  }
}

function swap(heap: number[], one: number, other: number): void {
  [heap[one], heap[other]] = [heap[other] ?? 0, heap[one] ?? 0];
}
