// Where `audit export --to` sends the log: the words of the destination, and what the environment gives for it.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { LogSink } from "../audit/shipping.ts";
import { systemClock } from "../clock.ts";
import { exportLogs } from "../integrations/otlp-logs/export.ts";
import { putObject } from "../integrations/s3/bucket.ts";
import { connectSyslog } from "../integrations/syslog/connection.ts";
import { framed, prunedMessage, syslogMessage } from "../integrations/syslog/message.ts";
import { headersIn } from "../tracing/open.ts";
import { WrongWords } from "./words.ts";

const forms = "s3://BUCKET/PREFIX, syslog+tls://HOST:PORT, syslog+tcp://HOST:PORT, or otlp+https://HOST/v1/logs";

/** Throws WrongWords for another form and for what the environment lacks, and the connection's own error. */
export async function openSink(to: string, caFile: string | undefined, env: NodeJS.ProcessEnv): Promise<LogSink> {
  const ca = caFile === undefined ? null : readFileSync(caFile, "utf8");
  const url = URL.canParse(to) ? new URL(to) : null;
  switch (url?.protocol) {
    case "s3:":
      return s3Sink(url, ca, env);
    case "syslog+tls:":
    case "syslog+tcp:":
      return syslogSink(url, ca);
    case "otlp+https:":
      return otlpSink(url, ca, env);
    default:
      throw new WrongWords(`--to: “${to}” is none of ${forms}.`);
  }
}

/** By number, so that a listing is in order: `PREFIX/000000000000-000000000499.jsonl`. */
function s3Sink(url: URL, ca: string | null, env: NodeJS.ProcessEnv): LogSink {
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  const settings = {
    bucket: url.hostname,
    region: needed(env, "AWS_REGION"),
    endpoint: env.AWS_ENDPOINT_URL_S3 || null,
    credential: {
      keyId: needed(env, "AWS_ACCESS_KEY_ID"),
      secret: needed(env, "AWS_SECRET_ACCESS_KEY"),
      sessionToken: env.AWS_SESSION_TOKEN || null,
    },
    ...{ ca, clock: systemClock },
  };
  const padded = (seq: number): string => String(seq).padStart(12, "0");
  return {
    title: `the bucket ${url.hostname}`,
    send: ({ first, last, records }) => {
      const name = `${padded(first)}-${padded(last)}.jsonl`;
      const text = records.map(({ line }) => `${line}\n`).join("");
      return putObject(settings, prefix === "" ? name : `${prefix}/${name}`, text);
    },
    close: async () => undefined,
  };
}

async function syslogSink(url: URL, ca: string | null): Promise<LogSink> {
  const isTls = url.protocol === "syslog+tls:";
  const port = Number(url.port || (isTls ? "6514" : "601"));
  const connection = await connectSyslog({ host: url.hostname.replace(/^\[|\]$/g, ""), port, isTls, ca });
  const from = { host: hostname() };
  return {
    title: `syslog at ${url.host}`,
    send: ({ records }) =>
      connection.write(
        records
          .map(({ seq, record, line }) =>
            framed(record === null ? prunedMessage(seq, line, from) : syslogMessage(record, line, from)),
          )
          .join(""),
      ),
    close: () => connection.close(),
  };
}

function otlpSink(url: URL, ca: string | null, env: NodeJS.ProcessEnv): LogSink {
  const settings = {
    url: new URL(url.href.replace(/^otlp\+/, "")),
    headers: headersIn(env.OTEL_EXPORTER_OTLP_HEADERS ?? null),
    ca,
  };
  return {
    title: `the collector at ${url.host}`,
    send: ({ records }) => exportLogs(settings, records),
    close: async () => undefined,
  };
}

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name] ?? "";
  if (value === "")
    throw new WrongWords(`${name} is not set: s3:// needs AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`);
  return value;
}
