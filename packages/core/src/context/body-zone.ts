import { AsyncLocalStorage } from 'node:async_hooks'

const zone = new AsyncLocalStorage<string>()

/** Runs the body of a step so that a durable call made anywhere inside of it is recognised. */
export function runInBody<T>(stepName: string, body: () => T): T {
  return zone.run(stepName, body)
}

/** The name of the step whose body is running, if this is called from inside of one. */
export function enclosingBody(): string | undefined {
  return zone.getStore()
}
