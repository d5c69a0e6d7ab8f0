// Objects into a bucket of S3, or of what speaks like it: one PUT each, signed, over https.
import type { Clock } from "../../core/ports/clock.ts";
import { call } from "../https/get.ts";
import { type S3Credential, signed } from "./sign.ts";

export interface BucketSettings {
  readonly bucket: string;
  readonly region: string;
  /** In place of Amazon's own: the bucket is then the first part of the path. */
  readonly endpoint: string | null;
  readonly credential: S3Credential;
  readonly ca: string | null;
  readonly clock: Pick<Clock, "now">;
}

const timeoutMs = 30_000;
const maxAnswerBytes = 64_000;

/** Resolves when S3 has it. Throws with the status and S3's own code, which hold nothing of the object. Twice is the same object. */
export async function putObject(settings: BucketSettings, key: string, body: string): Promise<void> {
  const { bucket, region, endpoint, credential, ca, clock } = settings;
  const path = key.split("/").map(encodeURIComponent).join("/");
  const url =
    endpoint === null
      ? new URL(`https://${bucket}.s3.${region}.amazonaws.com/${path}`)
      : new URL(`${endpoint.replace(/\/+$/, "")}/${bucket}/${path}`);
  const headers = { "content-type": "application/jsonl" };
  const request = { method: "PUT" as const, url, headers, body, region, now: clock.now() };
  const answer = await call(url, {
    ...{ method: request.method, body, headers: signed(request, credential) },
    ...{ maxBytes: maxAnswerBytes, timeoutMs, privateAddresses: true },
    ...(ca === null ? {} : { ca }),
  });
  if (answer.kind !== "answer") throw new Error(`the bucket ${bucket} was not reached: ${answer.why}`);
  if (answer.status === 200) return;
  const code = /<Code>(\w{1,64})<\/Code>/.exec(answer.text)?.[1] ?? "no code";
  throw new Error(`the bucket ${bucket} answered ${answer.status} (${code})`);
}
