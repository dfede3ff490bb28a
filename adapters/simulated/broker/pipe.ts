import type { Timeline } from '../scheduler.ts';
import { Deque } from './deque.ts';

/**
 * Owns: one direction of one channel: what is on its way, and when it arrives.
 *
 * I1. What is sent first arrives first, however long each travels.
 * I2. Nothing arrives within the call that sent it.
 */
export class Pipe<Item> {
  private readonly timeline: Timeline;
  private readonly arrive: (item: Item) => void;
  private readonly arrived: () => void;
  private readonly items = new Deque<Item>();
  /** Whole milliseconds, as the timeline tells them: so an item that is waited for is due whenever the wait is over. */
  private readonly dueTimes = new Deque<number>();
  private lastDue = 0;
  private cancelWait: (() => void) | undefined;
  private arriving = false;

  /** `arrived` follows when all that arrives in one moment has. */
  constructor(timeline: Timeline, arrive: (item: Item) => void, arrived: () => void = () => undefined) {
    this.timeline = timeline;
    this.arrive = arrive;
    this.arrived = arrived;
  }

  get length(): number {
    return this.items.length;
  }

  send(item: Item, travelMs: number): void {
    this.lastDue = Math.max(this.lastDue, Math.floor(this.timeline.now() + travelMs));
    this.items.push(item);
    this.dueTimes.push(this.lastDue);
    // What comes behind others is waited for when they have arrived.
    if (this.items.length === 1 && !this.arriving) this.wait(travelMs);
  }

  /** What is on its way, next to arrive first. */
  onTheWay(): Iterable<Item> {
    return this.items;
  }

  /** What is on its way never arrives. */
  clear(): void {
    this.items.clear();
    this.dueTimes.clear();
    this.cancelWait?.();
    this.cancelWait = undefined;
  }

  private wait(delayMs: number): void {
    this.cancelWait = this.timeline.after(delayMs, () => {
      this.cancelWait = undefined;
      this.run();
    });
  }

  private run(): void {
    this.arriving = true;
    const now = this.timeline.now();
    for (let due = this.dueTimes.first; due !== undefined && due <= now; due = this.dueTimes.first) {
      this.dueTimes.shift();
      this.arrive(this.items.shift() as Item);
    }
    this.arrived();
    this.arriving = false;
    const next = this.dueTimes.first;
    if (next !== undefined) this.wait(Math.max(0, next - this.timeline.now()));
  }
}
