/**
 * Which part of a drawing is seen, and how large: pan and zoom by wheel, drag, pinch, keyboard and buttons.
 *
 * Owns: the transform. Does not own: what is drawn.
 * V1: zooming keeps the point under the pointer (else the middle) where it is.
 * V2: until somebody moves it, the drawing stays as it is first seen, whatever becomes of the frame's size.
 * V3: what somebody sees can be told and seen again, by the point of the drawing in the middle of the frame and the scale:
 *     in a frame of another size, the same thing is in the middle.
 */
import { createEffect, createSignal, on, onCleanup, onMount } from 'solid-js';

const SCALE_MIN = 0.2;
const SCALE_MAX = 3;
const ZOOM_STEP = 1.25;
const PAN_STEP = 60;
/** Names can be read down to here: a drawing that would be smaller is shown in part at first, from its top. */
const SCALE_READABLE = 0.66;
/** Around a drawing that is fitted in; pixels. */
const MARGIN = 16;
/** A press that moves less is a click. */
const DRAG_MIN = 4;

export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ViewPort {
  readonly transform: () => Transform;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly fit: () => void;
  /** As it is first seen. */
  readonly start: () => void;
  /** Moves the drawing, if need be, so that the box is seen. */
  readonly reveal: (box: Size & { readonly x: number; readonly y: number }) => void;
  readonly listen: (frame: SVGSVGElement) => void;
}

/** `x,y,scale` of what is in the middle of the frame; whole pixels of the drawing are enough. */
function viewText({ x, y, scale }: Transform, { width, height }: Size): string {
  const [middleX, middleY] = [(width / 2 - x) / scale, (height / 2 - y) / scale];
  return `${middleX.toFixed(0)},${middleY.toFixed(0)},${scale.toFixed(3)}`;
}

/** Undefined: it is no such text. */
function readView(text: string | undefined): Transform | undefined {
  const [x, y, scale, ...more] = (text ?? '').split(',').map(Number);
  if (x === undefined || y === undefined || scale === undefined || more.length > 0) return undefined;
  if (![x, y, scale].every(Number.isFinite) || scale < SCALE_MIN || scale > SCALE_MAX) return undefined;
  return { x, y, scale };
}

export function createViewPort(options: {
  readonly drawing: () => Size | undefined;
  /** What is to be seen; undefined: as it is first seen. */
  readonly told: () => string | undefined;
  /** Somebody moved it; undefined: it was put back to how it is first seen. */
  readonly onMoved: (view: string | undefined) => void;
}): ViewPort {
  const { drawing, told, onMoved } = options;
  const [transform, setTransform] = createSignal<Transform>({ x: 0, y: 0, scale: 1 });
  const pointers = new Map<number, { x: number; y: number }>();
  let frame: SVGSVGElement | undefined;
  let moved = false;
  let dragged = false;
  /** What was told last: the address says it back to us. */
  let said: string | undefined;

  const sizeOfFrame = (): Size => ({ width: frame?.clientWidth ?? 0, height: frame?.clientHeight ?? 0 });
  const zoom = (factor: number, at?: { readonly x: number; readonly y: number }) => {
    const { width, height } = sizeOfFrame();
    const point = at ?? { x: width / 2, y: height / 2 };
    setTransform(({ x, y, scale }) => {
      const next = Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale * factor));
      const ratio = next / scale;
      return { scale: next, x: point.x - (point.x - x) * ratio, y: point.y - (point.y - y) * ratio };
    });
    tell();
  };
  const pan = (dx: number, dy: number) => {
    setTransform(({ x, y, scale }) => ({ x: x + dx, y: y + dy, scale }));
    tell();
  };
  const tell = () => {
    moved = true;
    said = viewText(transform(), sizeOfFrame());
    onMoved(said);
  };
  /** V3. */
  const show = ({ x, y, scale }: Transform) => {
    const { width, height } = sizeOfFrame();
    if (width === 0) return;
    setTransform({ scale, x: width / 2 - x * scale, y: height / 2 - y * scale });
  };
  const fitTo = (scaleMin: number) => {
    const drawn = drawing();
    const { width, height } = sizeOfFrame();
    if (drawn === undefined || width === 0) return;
    const whole = Math.min((width - 2 * MARGIN) / drawn.width, (height - 2 * MARGIN) / drawn.height, 1);
    const scale = Math.max(whole, scaleMin);
    const x = (width - drawn.width * scale) / 2;
    setTransform({ scale, x, y: Math.max(MARGIN, (height - drawn.height * scale) / 2) });
  };

  const fit = () => {
    fitTo(0);
    tell();
  };
  const start = () => {
    said = told();
    const view = readView(said);
    moved = view !== undefined;
    if (view === undefined) fitTo(SCALE_READABLE);
    else show(view);
  };

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    dragged = false;
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined || frame === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other !== undefined) {
      const { left, top } = frame.getBoundingClientRect();
      const middle = { x: (now.x + other.x) / 2 - left, y: (now.y + other.y) / 2 - top };
      zoom(distance(now, other) / Math.max(1, distance(before, other)), middle);
    } else {
      if (!dragged && distance(now, before) < DRAG_MIN) return;
      if (!dragged) frame.setPointerCapture(event.pointerId);
      dragged = true;
      pan(now.x - before.x, now.y - before.y);
    }
    pointers.set(event.pointerId, now);
  };
  const onPointerEnd = (event: PointerEvent) => pointers.delete(event.pointerId);
  const onClick = (event: MouseEvent) => {
    if (dragged) event.stopPropagation();
    dragged = false;
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const { left, top } = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    zoom(Math.exp((-event.deltaY * lines) / 400), { x: event.clientX - left, y: event.clientY - top });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => pan(PAN_STEP, 0),
    ArrowRight: () => pan(-PAN_STEP, 0),
    ArrowUp: () => pan(0, PAN_STEP),
    ArrowDown: () => pan(0, -PAN_STEP),
    '+': () => zoom(ZOOM_STEP),
    '=': () => zoom(ZOOM_STEP),
    '-': () => zoom(1 / ZOOM_STEP),
    '0': fit,
  };

  const listen = (element: SVGSVGElement) => {
    frame = element;
    element.addEventListener('pointerdown', onPointerDown);
    element.addEventListener('pointermove', onPointerMove);
    element.addEventListener('pointerup', onPointerEnd);
    element.addEventListener('pointercancel', onPointerEnd);
    element.addEventListener('click', onClick, { capture: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('keydown', onKeyDown);
  };
  // Another link to the same page, or going back.
  createEffect(
    on(
      told,
      (view) => {
        if (view !== said) start();
      },
      { defer: true },
    ),
  );
  onMount(() => {
    const watch = new ResizeObserver(() => {
      if (!moved) start();
      else {
        const view = readView(said);
        if (view !== undefined) show(view);
      }
    });
    if (frame !== undefined) watch.observe(frame);
    onCleanup(() => watch.disconnect());
  });

  return {
    transform,
    zoomIn: () => zoom(ZOOM_STEP),
    zoomOut: () => zoom(1 / ZOOM_STEP),
    fit,
    start,
    listen,
    reveal(box) {
      const { x, y, scale } = transform();
      const { width, height } = sizeOfFrame();
      if (width === 0) return;
      const shift = (start: number, length: number, room: number): number => {
        if (start < MARGIN) return MARGIN - start;
        return start + length > room - MARGIN ? Math.min(room - MARGIN - start - length, 0) : 0;
      };
      const dx = shift(x + box.x * scale, box.width * scale, width);
      const dy = shift(y + box.y * scale, box.height * scale, height);
      if (dx === 0 && dy === 0) return;
      setTransform({ x: x + dx, y: y + dy, scale });
      if (moved) tell();
    },
  };
}

function distance(one: { x: number; y: number }, other: { x: number; y: number }): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
