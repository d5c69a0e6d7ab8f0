// A stand-in for S3 over TLS: keeps objects, and takes none whose signature it cannot compute itself.
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";

export interface StandInS3 {
  readonly url: string;
  readonly ca: string;
  readonly objects: ReadonlyMap<string, string>;
  /** So many more objects are answered with 503. */
  busyFor(times: number): void;
  stop(): Promise<void>;
}

export async function startS3(secrets: Readonly<Record<string, string>>): Promise<StandInS3> {
  const validity = validAround(new Date());
  const authority = newAuthority("test", validity);
  const leaf = issue(authority, { commonName: "s3", use: "server", ips: ["127.0.0.1"] }, validity);
  const objects = new Map<string, string>();
  let busy = 0;
  const server = createServer({ key: leaf.keyPem, cert: leaf.certificatePem }, async (request, response) => {
    const body = await text(request);
    const end = (status: number, code: string) => {
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(code === "" ? "" : `<Error><Code>${code}</Code></Error>`);
    };
    if (busy > 0) {
      busy -= 1;
      return end(503, "SlowDown");
    }
    const wrong = whyWrong(request, body, secrets);
    if (wrong !== null) return end(403, wrong);
    objects.set(decodeURIComponent(request.url ?? ""), body);
    end(200, "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: authority.certificatePem,
    objects,
    busyFor: (times) => {
      busy = times;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** S3's code for what is wrong with the request's signature, or null. Computed from what came, not by the code under test. */
function whyWrong(request: IncomingMessage, body: string, secrets: Readonly<Record<string, string>>): string | null {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request,SignedHeaders=([^,]+),Signature=(\w+)$/;
  const found = pattern.exec(request.headers.authorization ?? "");
  if (found === null) return "AccessDenied";
  const [, keyId = "", day = "", region = "", names = "", signature = ""] = found;
  const secret = secrets[keyId];
  if (secret === undefined) return "InvalidAccessKeyId";
  const hash = createHash("sha256").update(body).digest("hex");
  if (request.headers["x-amz-content-sha256"] !== hash) return "XAmzContentSHA256Mismatch";
  const time = String(request.headers["x-amz-date"]);
  const sentAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(Date.now() - sentAt) < 900_000)) return "RequestTimeTooSkewed";
  if (!names.split(";").includes("host")) return "AccessDenied";
  const lines = names.split(";").map((name) => `${name}:${String(request.headers[name])}\n`);
  const canonical = `${request.method}\n${request.url}\n\n${lines.join("")}\n${names}\n${hash}`;
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
  const hmac = (key: string | Buffer, part: string) => createHmac("sha256", key).update(part).digest();
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), "s3"), "aws4_request");
  return hmac(key, toSign).toString("hex") === signature ? null : "SignatureDoesNotMatch";
}
