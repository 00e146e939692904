import Database from 'better-sqlite3'
import type { Order } from '../orders/order.js'

export interface StockItem {
  readonly sku: string
  readonly onHand: number
}

/**
 * The shelves, in a small database of their own: it stands for a system that Perdure does not control.
 * A step may run again after a crash, so every change is one transaction that recognises its order:
 * to reserve, release or ship twice is the same as once.
 */
export class Warehouse {
  readonly #database: Database.Database

  /** Opens the file; the stock is laid on the shelves when an article is seen for the first time. */
  constructor(file: string, stock: readonly StockItem[]) {
    this.#database = new Database(file)
    this.#database.pragma('journal_mode = WAL')
    // What a finished step did must survive a power cut as well as the record that it is finished.
    this.#database.pragma('synchronous = FULL')
    this.#database.exec(schema)
    const addArticle = this.#database.prepare('insert or ignore into article (sku, on_hand) values (?, ?)')
    this.#atomically(() => {
      for (const { sku, onHand } of stock) addArticle.run(sku, onHand)
    })
  }

  /** Does the order add up, and do we sell these things? Throws the reason if not. */
  check(order: Order): void {
    const sum = order.items.reduce((total, item) => total + item.quantity * item.unitPriceCents, 0)
    if (sum !== order.totalCents) throw new Error('total is not the sum of the items')
    const known = this.#database.prepare('select 1 from article where sku = ?')
    const unknown = order.items.find((item) => known.get(item.sku) === undefined)
    if (unknown !== undefined) throw new Error(`unknown article ${unknown.sku}`)
  }

  /** Takes all items off the shelves, or none and throws. */
  reserve(order: Order): void {
    const take = this.#database.prepare(
      'update article set on_hand = on_hand - @quantity where sku = @sku and on_hand >= @quantity',
    )
    const note = this.#database.prepare(
      'insert into reservation (order_id, line, sku, quantity) values (?, ?, ?, ?)',
    )
    this.#atomically(() => {
      if (this.#isReserved(order.orderId)) return
      for (const [line, { sku, quantity }] of order.items.entries()) {
        if (take.run({ sku, quantity }).changes === 0) throw new Error(`out of stock: ${sku}`)
        note.run(order.orderId, line, sku, quantity)
      }
    })
  }

  /** Lays what an order had reserved back on the shelves. */
  release(orderId: string): void {
    this.#atomically(() => {
      this.#database
        .prepare(
          `update article set on_hand = on_hand +
             (select sum(quantity) from reservation r where r.order_id = @orderId and r.sku = article.sku)
           where sku in (select sku from reservation where order_id = @orderId)`,
        )
        .run({ orderId })
      this.#database.prepare('delete from reservation where order_id = ?').run(orderId)
    })
  }

  /** Hands the parcel to the carrier and answers its tracking id. */
  ship(orderId: string): string {
    const trackingId = `1Z-${orderId}`
    this.#database
      .prepare('insert or ignore into shipment (order_id, tracking_id) values (?, ?)')
      .run(orderId, trackingId)
    return trackingId
  }

  /** How many of an article lie on the shelf. */
  onHand(sku: string): number {
    return Number(this.#database.prepare('select on_hand from article where sku = ?').pluck().get(sku) ?? 0)
  }

  close(): void {
    this.#database.close()
  }

  #isReserved(orderId: string): boolean {
    return this.#database.prepare('select 1 from reservation where order_id = ?').get(orderId) !== undefined
  }

  #atomically(work: () => void): void {
    this.#database.transaction(work).immediate()
  }
}

const schema = `
  create table if not exists article (
    sku text primary key,
    on_hand integer not null check (on_hand >= 0)
  );
  create table if not exists reservation (
    order_id text not null,
    line integer not null,
    sku text not null,
    quantity integer not null,
    primary key (order_id, line)
  );
  create table if not exists shipment (
    order_id text primary key,
    tracking_id text not null
  );
`
