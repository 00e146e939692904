import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../virtual-clock.js'
import { TcpProxy } from './tcp-proxy.js'

let server: Server
let received: string
let accepted: Socket[]
let proxy: TcpProxy
let clock: VirtualClock

beforeEach(async () => {
  received = ''
  accepted = []
  clock = new VirtualClock()
  server = createServer((socket) => {
    accepted.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received += chunk.toString()
      socket.write(`echo:${chunk.toString()}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  proxy = await TcpProxy.listen({ target: { port: address.port }, clock })
})

afterEach(async () => {
  await proxy.close()
  server.close()
})

describe('TcpProxy', () => {
  it('passes on what both sides send', async () => {
    const client = await dial()
    client.send('hello')
    expect(await client.read(10)).toBe('echo:hello')
    expect(proxy.connectionCount).toBe(1)
  })

  it('passes the end of a connection on', async () => {
    const client = await dial()
    client.socket.end()
    expect(await client.closed).toBe('orderly')
    expect(proxy.connectionCount).toBe(0)
  })

  it('delays each direction by its latency', async () => {
    const client = await dial()
    proxy.delay(40, ['toServer'])
    proxy.delay(60, ['toClient'])
    client.send('hello')
    await until(() => clock.nextTimerMs === 40)
    expect(received).toBe('')
    clock.advance(40)
    await until(() => received === 'hello')
    await until(() => clock.nextTimerMs === 60)
    expect(client.text).toBe('')
    clock.advance(60)
    expect(await client.read(10)).toBe('echo:hello')
  })

  it('keeps the order of what is sent while the latency changes', async () => {
    const client = await dial()
    proxy.delay(100, ['toServer'])
    client.send('first ')
    await until(() => clock.pendingTimers === 1)
    proxy.delay(0)
    client.send('second')
    clock.advance(100)
    await until(() => received === 'first second')
  })

  it('swallows requests: the server hears nothing until the network heals', async () => {
    const client = await dial()
    proxy.blackHole('toServer')
    client.send('hello')
    await aWhile()
    expect([received, client.socket.destroyed]).toEqual(['', false])
    proxy.heal()
    expect(await client.read(10)).toBe('echo:hello')
  })

  it('swallows answers: the server has acted and the client does not know', async () => {
    const client = await dial()
    proxy.blackHole('toClient')
    client.send('hello')
    await until(() => received === 'hello')
    await aWhile()
    expect([client.text, client.socket.destroyed]).toEqual(['', false])
    proxy.heal()
    expect(await client.read(10)).toBe('echo:hello')
  })

  it('swallows the news of an end as well', async () => {
    const client = await dial()
    proxy.blackHole('toClient')
    await until(() => accepted.length === 1)
    accepted[0]?.destroy()
    await aWhile()
    expect(client.socket.destroyed).toBe(false)
  })

  it('cuts connections in an orderly way', async () => {
    const client = await dial()
    proxy.cut()
    expect(await client.closed).toBe('orderly')
  })

  it('resets connections', async () => {
    const client = await dial()
    proxy.reset()
    expect(await client.closed).toBe('ECONNRESET')
    const next = await dial()
    next.send('again')
    expect(await next.read(10)).toBe('echo:again')
  })

  it('refuses connections until the network heals', async () => {
    proxy.refuse()
    const client = await dial()
    expect(await client.closed).toBe('ECONNRESET')
    proxy.heal()
    const next = await dial()
    next.send('again')
    expect(await next.read(10)).toBe('echo:again')
  })

  it('loses an answer: the server has acted, and the connection is reset', async () => {
    const client = await dial()
    proxy.loseAnswer()
    client.send('hello')
    expect(await client.closed).toBe('ECONNRESET')
    expect([received, client.text]).toEqual(['hello', ''])
  })

  it('loses an answer after so many bytes of it', async () => {
    const client = await dial()
    proxy.loseAnswer({ afterBytes: 7 })
    client.send('hello')
    await client.closed
    expect([received, client.text]).toEqual(['hello', 'echo:he'])
  })

  it('loses one answer and no more', async () => {
    const first = await dial()
    proxy.loseAnswer()
    first.send('hello')
    await first.closed
    const next = await dial()
    next.send('again')
    expect(await next.read(10)).toBe('echo:again')
  })
})

interface Client {
  readonly socket: Socket
  readonly text: string
  readonly closed: Promise<string>
  send(text: string): void
  read(length: number): Promise<string>
}

async function dial(): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: proxy.port })
  let text = ''
  let error: string | undefined
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  socket.on('error', (cause: NodeJS.ErrnoException) => {
    error = cause.code
  })
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(error ?? 'orderly')))
  await Promise.race([closed, new Promise<void>((resolve) => socket.once('connect', resolve))])
  return {
    socket,
    closed,
    get text() {
      return text
    },
    send: (sent) => void socket.write(sent),
    read: async (length) => {
      await until(() => text.length >= length)
      return text
    },
  }
}

/** Lets the event loop turn until it is so; real sockets take as long as they take. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Long enough for whatever would pass on this machine to have passed, were it to pass. */
async function aWhile(): Promise<void> {
  const witness = createServer((socket) => socket.end('passed'))
  witness.listen(0, '127.0.0.1')
  await once(witness, 'listening')
  const address = witness.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  for (let round = 0; round < 5; round += 1) {
    const socket = connect(address.port, '127.0.0.1')
    socket.resume()
    await once(socket, 'close')
  }
  witness.close()
}
