// The company one meets in the local Slack: six people one can be, a few odd accounts, groups and channels.
import type { Channel, CommandSetting, User, Usergroup } from "./records.ts";

export const TEAM = { id: "T0LOCAL01", name: "Acme Robotics", domain: "acme-robotics" } as const;
export const APP_ID = "A0CSIGN01";
export const BOT_USER = "U0CSIGN01";
export const BOT_ID = "B0CSIGN01";
export const SLACKBOT = "USLACKBOT";

type PersonSeed = Partial<User> & Pick<User, "id" | "name" | "realName" | "title">;

/** A full member of the team unless the seed says otherwise. */
export function person(seed: PersonSeed): User {
  return {
    teamId: TEAM.id,
    email: `${seed.name}@acme-robotics.example`,
    tz: "Europe/Berlin",
    tzLabel: "Central European Time",
    tzOffset: 3600,
    color: "9f69e7",
    isBot: false,
    isAdmin: false,
    isRestricted: false,
    isUltraRestricted: false,
    isStranger: false,
    deleted: false,
    onPage: true,
    ...seed,
  };
}

const odd = { onPage: false } as const;
const newYork = { tz: "America/New_York", tzLabel: "Eastern Standard Time", tzOffset: -18000 } as const;

export const defaultUsers: readonly User[] = [
  person({ id: "U0ANA0001", name: "ana", realName: "Ana Ortiz", title: "On-call engineer", color: "e23670" }),
  person({ id: "U0BEN0001", name: "ben", realName: "Ben Adeyemi", title: "Payments lead", color: "2b8a3e" }),
  person({ id: "U0CHLOE01", name: "chloe", realName: "Chloe Martin", title: "Payments lead", color: "1c7ed6" }),
  person({ id: "U0DEV0001", name: "dev", realName: "Dev Patel", title: "Data engineer", color: "e8590c" }),
  person({ id: "U0EVE0001", name: "eve", realName: "Eve Lindqvist", title: "Security and audit", color: "6741d9" }),
  person({
    id: "U0FINN001",
    name: "finn",
    realName: "Finn Keller",
    title: "Platform admin",
    color: "0b7285",
    isAdmin: true,
    ...newYork,
  }),
  person({ id: BOT_USER, name: "countersign", realName: "Countersign", title: "", email: "", isBot: true, ...odd }),
  person({ id: SLACKBOT, name: "slackbot", realName: "Slackbot", title: "", email: "", ...odd }),
  person({ id: "U0GUEST01", name: "gus", realName: "Gus Guest", title: "Contractor", isRestricted: true, ...odd }),
  person({
    id: "U0SOLO001",
    name: "sol",
    realName: "Sol Single",
    title: "Single-channel guest",
    isRestricted: true,
    isUltraRestricted: true,
    ...odd,
  }),
  person({ id: "U0GONE001", name: "gone", realName: "Gone Girardi", title: "Left in May", deleted: true, ...odd }),
  person({
    id: "U0STRANG1",
    teamId: "T0PARTNER",
    name: "sam",
    realName: "Sam Stranger",
    title: "Works at a partner",
    email: "sam@partner.example",
    isStranger: true,
    ...odd,
  }),
  person({ id: "U0OTHBOT1", name: "deploybot", realName: "Deploybot", title: "", email: "", isBot: true, ...odd }),
];

export const defaultUsergroups: readonly Usergroup[] = [
  group("S0PAYLEAD", "payments-leads", "Payments leads", ["U0BEN0001", "U0CHLOE01"]),
  group("S0PLATFRM", "platform", "Platform", ["U0FINN001", "U0ANA0001"]),
  group("S0SECURTY", "security", "Security", ["U0EVE0001"]),
];

function group(id: string, handle: string, name: string, users: readonly string[]): Usergroup {
  return { id, handle, name, description: `${name} of ${TEAM.name}`, users, disabled: false };
}

/** A public channel with the given members unless the seed says otherwise. */
export function channel(seed: Partial<Channel> & Pick<Channel, "id" | "name" | "members">): Channel {
  return {
    kind: "public",
    creator: "U0FINN001",
    created: 1_767_225_600,
    topic: "",
    purpose: "",
    archived: false,
    isGeneral: false,
    extShared: false,
    pins: [],
    bookmarks: [],
    ...seed,
  };
}

const six = defaultUsers.filter((user) => user.onPage).map((user) => user.id);

export const defaultChannels: readonly Channel[] = [
  channel({
    id: "C0GENERAL",
    name: "general",
    members: [...six, BOT_USER, "U0GUEST01", "U0OTHBOT1"],
    isGeneral: true,
    topic: "Everything that concerns everybody",
  }),
  channel({
    id: "C0PAYMENT",
    name: "payments",
    members: ["U0ANA0001", "U0BEN0001", "U0CHLOE01", "U0DEV0001", "U0FINN001", BOT_USER, "U0GUEST01"],
    topic: "checkout, ledger, payouts",
  }),
  channel({
    id: "C0APPROVE",
    name: "platform-approvals",
    members: [...six, BOT_USER],
    topic: "What waits for a countersignature",
  }),
  channel({
    id: "C0AUDITCH",
    name: "countersign-audit",
    members: [...six, BOT_USER],
    topic: "Every step, as it happened",
  }),
  channel({
    id: "C0PARTNER",
    name: "ext-partner",
    members: ["U0STRANG1", BOT_USER],
    extShared: true,
  }),
  channel({ id: "C0OLDROOM", name: "old-war-room", members: [BOT_USER], archived: true }),
];

export const defaultCommands: readonly CommandSetting[] = [
  { command: "/ops", description: "Run your platform from Slack", usageHint: "status · rollback · help", escape: true },
];
