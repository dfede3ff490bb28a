/** The areas of the control room: where they are, what they are called and who may enter. */
import Activity from 'lucide-solid/icons/activity';
import BrainCircuit from 'lucide-solid/icons/brain-circuit';
import ClipboardList from 'lucide-solid/icons/clipboard-list';
import Drama from 'lucide-solid/icons/drama';
import HeartPulse from 'lucide-solid/icons/heart-pulse';
import Layers from 'lucide-solid/icons/layers';
import ListChecks from 'lucide-solid/icons/list-checks';
import Package from 'lucide-solid/icons/package';
import Tags from 'lucide-solid/icons/tags';
import Users from 'lucide-solid/icons/users';
import ShieldAlert from 'lucide-solid/icons/shield-alert';
import MailX from 'lucide-solid/icons/mail-x';
import ScrollText from 'lucide-solid/icons/scroll-text';
import Waypoints from 'lucide-solid/icons/waypoints';
import CirclePause from 'lucide-solid/icons/circle-pause';
import Zap from 'lucide-solid/icons/zap';
import type { Component } from 'solid-js';
import { areas } from './texts/areas.ts';

type Icon = Component<{ readonly size?: number; readonly 'aria-hidden'?: 'true' }>;

export interface Area {
  readonly path: string;
  readonly title: string;
  readonly icon: Icon;
  /** `ops`: for operators too. */
  readonly role: 'admin' | 'ops';
}

export interface AreaGroup {
  readonly title: string;
  readonly areas: readonly Area[];
}

export const AREA_GROUPS: readonly AreaGroup[] = [
  {
    title: areas.groups.orders,
    areas: [
      { path: '/admin/orders', title: areas.orders, icon: ListChecks, role: 'admin' },
      { path: '/admin/review', title: areas.review, icon: ShieldAlert, role: 'admin' },
      { path: '/admin/jobs', title: areas.jobs, icon: Layers, role: 'admin' },
    ],
  },
  {
    title: areas.groups.sagas,
    areas: [
      { path: '/admin/sagas', title: areas.sagas, icon: Waypoints, role: 'ops' },
      { path: '/admin/pauses', title: areas.pauses, icon: CirclePause, role: 'ops' },
      { path: '/admin/dead-letters', title: areas.deadLetters, icon: MailX, role: 'ops' },
    ],
  },
  {
    title: areas.groups.shop,
    areas: [
      { path: '/admin/inventory', title: areas.inventory, icon: Package, role: 'admin' },
      { path: '/admin/products', title: areas.products, icon: Tags, role: 'admin' },
      { path: '/admin/flash-sales', title: areas.sales, icon: Zap, role: 'admin' },
      { path: '/admin/models', title: areas.models, icon: BrainCircuit, role: 'admin' },
      { path: '/admin/customers', title: areas.customers, icon: HeartPulse, role: 'admin' },
      { path: '/admin/people', title: areas.people, icon: Users, role: 'admin' },
    ],
  },
  {
    title: areas.groups.system,
    areas: [
      { path: '/admin/health', title: areas.health, icon: Activity, role: 'ops' },
      { path: '/admin/events', title: areas.events, icon: ScrollText, role: 'ops' },
      { path: '/admin/demo', title: areas.demo, icon: Drama, role: 'admin' },
      { path: '/admin/audit', title: areas.audit, icon: ClipboardList, role: 'admin' },
    ],
  },
];
