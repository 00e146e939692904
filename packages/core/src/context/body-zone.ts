import { AsyncLocalStorage } from 'node:async_hooks'

const zone = new AsyncLocalStorage<string | undefined>()

/** Runs the body of a step so that a durable call made anywhere inside of it is recognised. */
export function runInBody<T>(stepName: string, body: () => T): T {
  return zone.run(stepName, body)
}

/** Runs what is no part of the body around it: the body of one execution may have woken another one in this process. */
export function runOutsideBodies<T>(run: () => T): T {
  return zone.run(undefined, run)
}

/** The name of the step whose body is running, if this is called from inside of one. */
export function enclosingBody(): string | undefined {
  return zone.getStore()
}
