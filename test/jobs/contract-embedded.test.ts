// The contract of jobs without a queue.
import { jobsContract } from "../contracts/jobs.ts";
import { embeddedBed } from "./beds.ts";

jobsContract("embedded", embeddedBed);
