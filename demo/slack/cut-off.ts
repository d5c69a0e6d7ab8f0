// Ends a connection as a broken network does.
import type { Socket } from "node:net";

/**
 * By a RST; unless a FIN is just being sent: then it is refused (EINVAL), and at its own end the process would wait for ever for
 * a handle that it takes for closed.
 */
export function cutOff(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
