// Faults on order: the next answers of a method fail in a chosen way, as networks and Slack do.

export type Fault =
  | { readonly status: number }
  | { readonly error: string }
  | { readonly retryAfter: number }
  | { readonly hang: true }
  | { readonly reset: true }
  | { readonly truncate: true }
  /** The call takes effect; its answer is lost. */
  | { readonly dropReplyAfterEffect: true };

export interface Faults {
  /** `method` is a Web API method, `response_url`, `upload`, `download`, or `*` for any. */
  readonly failNext: (method: string, fault: Fault, times: number) => void;
  /** The fault that is due for this call, counted down by asking. */
  readonly take: (method: string) => Fault | undefined;
  readonly clear: () => void;
}

export function makeFaults(): Faults {
  let ordered: { readonly method: string; readonly fault: Fault; left: number }[] = [];
  return {
    failNext: (method, fault, times) => {
      ordered.push({ method, fault, left: times });
    },
    take: (method) => {
      const due = ordered.find((order) => order.method === method || order.method === "*");
      if (due === undefined) return undefined;
      due.left -= 1;
      ordered = ordered.filter((order) => order.left > 0);
      return due.fault;
    },
    clear: () => {
      ordered = [];
    },
  };
}
