import { createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { feature, mesh } from 'topojson-client';
import worldUrl from 'world-atlas/countries-110m.json?url';
import { texts } from '../texts.ts';
import { currentStop, mapRoute, type Place, type RouteMap, type Size, type World } from './order-map.ts';
import './parcel-map.css';

type Topology = Parameters<typeof mesh>[0];
type Shapes = Parameters<typeof mesh>[1];

let world: Promise<World> | undefined;

async function readWorld(): Promise<World> {
  const response = await fetch(worldUrl);
  if (!response.ok) throw new Error(`the land was not there: ${String(response.status)}`);
  const topology = (await response.json()) as Topology;
  const { land, countries } = topology.objects;
  if (land === undefined || countries === undefined) throw new Error('no map of the world');
  return {
    land: feature(topology, land),
    borders: mesh(topology, countries as Shapes, (one, other) => one !== other),
  };
}

/** The land of the earth, read once. Rejects when it cannot be read; asking again then tries again. */
export function loadWorld(): Promise<World> {
  world ??= readWorld().catch((error: unknown) => {
    world = undefined;
    throw error;
  });
  return world;
}

/** A parcel's way on the map, and where on it the parcel is. Takes the size of what it stands in. */
export function ParcelMap(props: {
  readonly world: World;
  readonly route: readonly Place[];
  /** Share of the route done, 0 to 1. */
  readonly progress: number;
  readonly arrived: boolean;
}): JSX.Element {
  const [size, setSize] = createSignal<Size>({ width: 0, height: 0 });
  let box: HTMLDivElement | undefined;
  onMount(() => {
    if (box === undefined) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize({ width: Math.round(width), height: Math.round(height) });
    });
    watch.observe(box);
    onCleanup(() => watch.disconnect());
  });
  const map = createMemo(() =>
    size().width === 0 ? null : mapRoute(props.world, props.route, props.progress, size()),
  );
  const words = () =>
    texts.order.mapOf(
      props.route[0]?.name ?? '',
      props.route.at(-1)?.name ?? '',
      currentStop(props.route, props.progress)?.name ?? '',
    );
  return (
    <div ref={(element) => (box = element)} class="parcel-map">
      <Show when={map()}>
        {(drawn) => (
          <svg
            role="img"
            aria-label={words()}
            width={size().width}
            height={size().height}
            viewBox={`0 0 ${String(size().width)} ${String(size().height)}`}
            data-testid="parcel-map"
            data-progress={props.progress}
          >
            <Ground map={drawn()} />
            <Way map={drawn()} arrived={props.arrived} />
          </svg>
        )}
      </Show>
    </div>
  );
}

function Ground(props: { readonly map: RouteMap }): JSX.Element {
  return (
    <>
      <path class="map-land" d={props.map.land} />
      <path class="map-borders" d={props.map.borders} />
      <path class="map-grid" d={props.map.grid} />
      <Show when={props.map.globe}>
        {(globe) => (
          <g>
            <circle class="map-globe" cx={globe().x} cy={globe().y} r={globe().radius} />
            <path class="map-globe-land" d={globe().land} />
            <circle class="map-here" cx={globe().x} cy={globe().y} r="2.5" />
          </g>
        )}
      </Show>
    </>
  );
}

function Way(props: { readonly map: RouteMap; readonly arrived: boolean }): JSX.Element {
  return (
    <>
      <path class="map-ahead" d={props.map.ahead} />
      <path class="map-done" d={props.map.done} data-testid="map-done" />
      <For each={props.map.stops}>
        {(stop) => (
          <circle class="map-stop" classList={{ passed: stop.passed }} cx={stop.x} cy={stop.y} r="3.5" />
        )}
      </For>
      <g
        class="map-parcel"
        data-testid="map-parcel"
        style={{ transform: `translate(${String(props.map.parcel.x)}px, ${String(props.map.parcel.y)}px)` }}
      >
        <Show when={!props.arrived}>
          <circle class="map-pulse" r="7" />
        </Show>
        <circle class="map-dot" r="6.5" />
      </g>
      <For each={props.map.labels}>
        {(label) => (
          <text
            class="map-name"
            classList={{ current: label.kind === 'current' }}
            x={label.x}
            y={label.y}
            text-anchor={label.anchor}
          >
            {label.text}
          </text>
        )}
      </For>
    </>
  );
}
