import { asyncApiDocument } from '../../core/messages/async-api.ts';
import { buildVersion } from './build-version.ts';
import { servicesTaking } from './topology.ts';

/** The AsyncAPI document of this build. */
export function platformAsyncApi(partitions: number): object {
  return asyncApiDocument({ version: buildVersion(), partitions, takenBy: servicesTaking });
}
