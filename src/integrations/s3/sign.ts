// AWS Signature Version 4 for one request to S3: pure.
// Source: docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { createHash, createHmac } from "node:crypto";

export interface S3Credential {
  readonly keyId: string;
  readonly secret: string;
  /** Of a temporary credential; null otherwise. */
  readonly sessionToken: string | null;
}

export interface ToSign {
  readonly method: string;
  readonly url: URL;
  /** Besides `host` and those that signing adds. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly region: string;
  readonly now: number;
}

/** Every header to send, `authorization` among them; by lower-case name. */
export function signed(
  { method, url, headers, body, region, now }: ToSign,
  credential: S3Credential,
): Readonly<Record<string, string>> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const bodyHash = sha256(body);
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    "x-amz-content-sha256": bodyHash,
    "x-amz-date": time,
    ...(credential.sessionToken === null ? {} : { "x-amz-security-token": credential.sessionToken }),
  };
  const names = Object.keys(all).sort();
  const canonical = [
    method,
    url.pathname.split("/").map(encoded).join("/"),
    [...url.searchParams]
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join("&"),
    ...names.map((name) => `${name}:${(all[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    names.join(";"),
    bodyHash,
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = ["aws4_request", "s3", region, time.slice(0, 8)].reduceRight<Buffer | string>(
    (so, part) => createHmac("sha256", so).update(part).digest(),
    `AWS4${credential.secret}`,
  );
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential.keyId}/${scope},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { ...all, authorization };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** As S3 wants it: everything but unreserved characters (RFC 3986), once. A path's own escapes are undone first. */
function encoded(part: string): string {
  return encodeURIComponent(decodeURIComponent(part)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
