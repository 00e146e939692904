import { Place, type PlaceRun } from '../src/context/place.js'
import { Scope } from '../src/context/scope.js'
import { silentLogger } from '../src/logger.js'
import { rootPath } from '../src/operation-id.js'

export const testRun: PlaceRun = { workflow: 'test', executionId: 'order-42', runNo: 1, logger: silentLogger }

/** The root context of a run that there is no pass of. */
export function rootScope(seed = 'seed'): Scope {
  return new Scope(seed, new Place(testRun, rootPath))
}
