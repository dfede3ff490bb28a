import { fsyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The parts of Emscripten's file system that are touched here. */
interface HostFiles {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number } };
}

/**
 * PGlite's files with a real fsync: Emscripten's own does nothing, so that a commit would survive the end of the
 * process but not the loss of power. It passes `fsync` on to the host, `fdatasync` it does not: hence the setting.
 */
export class DurableFiles extends NodeFS {
  static readonly startParams: readonly string[] = ['-c', 'wal_sync_method=fsync'];

  override async init(lite: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(lite, options);
    const passFsyncOn = (module: HostFiles): void => {
      module.NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        return 0;
      };
    };
    const preRun = emscriptenOpts.preRun ?? [];
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [...(Array.isArray(preRun) ? preRun : [preRun]), passFsyncOn],
      },
    };
  }
}
