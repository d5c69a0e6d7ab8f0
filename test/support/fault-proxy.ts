// A TCP proxy that breaks connections on order: delay, reset, black hole, cut after N bytes, half-close, in either direction.
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { cutOff } from "../../demo/slack/cut-off.ts";

/** `up`: from whoever connects to the server behind; `down`: what the server answers. */
export type Direction = "up" | "down";

export type ProxyFault =
  /** Bytes arrive that much later, in order. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Both ends get a RST as soon as a byte goes this way. */
  | { readonly kind: "reset" }
  /** Bytes are swallowed; both connections stay open, and one that lost any passes nothing more, as TCP delivers no gaps. */
  | { readonly kind: "black-hole" }
  /** So many more bytes of each connection go through; then their receiver sees an end, and their sender a RST. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** The receiver is told that no more comes (FIN); the other way goes on. */
  | { readonly kind: "half-close" };

export interface FaultProxy {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Those of them that lost bytes in a black hole: they never pass anything again. */
  readonly dead: number;
  /** Holds for bytes from now on, on connections there are and on new ones; null is a clean line again. */
  set(direction: Direction, fault: ProxyFault | null): void;
  /** Both ways clean. */
  heal(): void;
  /** New connections are refused or taken again; a server that is away. */
  refuse(on: boolean): void;
  /** Resets every connection there is. */
  resetAll(): void;
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1, on any free port unless one is given. */
export async function startFaultProxy(target: {
  readonly port: number;
  readonly listenOn?: number;
}): Promise<FaultProxy> {
  const lines = new Set<Line>();
  const faults: Faults = { up: null, down: null, epoch: 0 };
  let refusing = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (refusing) return cutOff(client);
    const line = new Line(client, target.port, faults);
    lines.add(line);
    line.ended.then(() => lines.delete(line));
  });
  const port = await listening(server, target.listenOn ?? 0);
  const resetAll = (): void => {
    for (const line of lines) line.reset();
  };
  const set: FaultProxy["set"] = (direction, fault) => {
    faults[direction] = fault;
    faults.epoch += 1;
  };
  return {
    port,
    get open() {
      return lines.size;
    },
    get dead() {
      return [...lines].filter((line) => line.isDead).length;
    },
    set,
    heal: () => {
      set("up", null);
      set("down", null);
    },
    refuse: (on) => {
      refusing = on;
    },
    resetAll,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      resetAll();
      await closed;
    },
  };
}

interface Faults {
  up: ProxyFault | null;
  down: ProxyFault | null;
  /** Goes up with each change: a cut counts its bytes from there. */
  epoch: number;
}

/** One connection through the proxy. */
class Line {
  readonly ended: Promise<void>;
  isDead = false;
  readonly #client: Socket;
  readonly #server: Socket;

  constructor(client: Socket, port: number, faults: Faults) {
    this.#client = client;
    this.#server = createConnection({ port, host: "127.0.0.1", allowHalfOpen: true });
    const both = [client, this.#server] as const;
    for (const socket of both) socket.setNoDelay(true);
    this.ended = Promise.all(both.map(gone)).then(() => undefined);
    new Way(this, { from: client, to: this.#server, now: () => faults.up, epoch: () => faults.epoch });
    new Way(this, { from: this.#server, to: client, now: () => faults.down, epoch: () => faults.epoch });
    client.on("error", () => this.reset());
    this.#server.on("error", () => this.reset());
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) cutOff(socket);
  }
}

interface Ends {
  readonly from: Socket;
  readonly to: Socket;
  readonly now: () => ProxyFault | null;
  readonly epoch: () => number;
}

/** One direction of a connection. */
class Way {
  readonly #line: Line;
  readonly #ends: Ends;
  /** What is still under way because of a delay: order is kept. */
  #last: Promise<void> = Promise.resolve();
  #passed = 0;
  #epoch = -1;
  #halfClosed = false;
  #lostSome = false;

  constructor(line: Line, ends: Ends) {
    this.#line = line;
    this.#ends = ends;
    ends.from.on("data", (chunk: Buffer) => this.#take(chunk));
    ends.from.on("end", () => this.#afterDelay(() => this.#end()));
  }

  #take(chunk: Buffer): void {
    const fault = this.#ends.now();
    if (this.#halfClosed || this.#lostSome) return;
    if (fault === null) this.#afterDelay(() => this.#write(chunk));
    else if (fault.kind === "delay") this.#afterDelay(() => this.#write(chunk), fault.ms);
    else if (fault.kind === "reset") this.#line.reset();
    else if (fault.kind === "cut") this.#cut(chunk, fault.afterBytes);
    else if (fault.kind === "half-close") this.#end();
    else {
      this.#lostSome = true;
      this.#line.isDead = true;
    }
  }

  #cut(chunk: Buffer, afterBytes: number): void {
    if (this.#epoch !== this.#ends.epoch()) {
      this.#epoch = this.#ends.epoch();
      this.#passed = 0;
    }
    const left = Math.max(0, afterBytes - this.#passed);
    this.#passed += chunk.length;
    if (chunk.length <= left) {
      this.#write(chunk);
      return;
    }
    // A RST would take with it what the receiver has not read yet: it gets the bytes and an end, the sender the RST.
    const { from, to } = this.#ends;
    this.#halfClosed = true;
    if (!to.destroyed && !to.writableEnded) to.end(chunk.subarray(0, left));
    cutOff(from);
  }

  #write(chunk: Buffer): void {
    const { from, to } = this.#ends;
    if (to.destroyed) this.#line.reset();
    if (to.destroyed || to.writableEnded) return;
    if (to.write(chunk)) return;
    from.pause();
    to.once("drain", () => from.resume());
  }

  #end(): void {
    this.#halfClosed = true;
    const { to } = this.#ends;
    if (!to.destroyed && !to.writableEnded) to.end();
  }

  /** Behind whatever is still delayed, and that much later itself. */
  #afterDelay(deed: () => void, ms = 0): void {
    const arrives = ms === 0 ? this.#last : Promise.all([this.#last, later(ms)]);
    this.#last = arrives.then(deed);
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

const gone = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once("close", () => resolve()));

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
