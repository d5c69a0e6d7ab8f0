// A configuration with a mistake of each kind that the schema tells: another key, another type, a pattern, a missing part.
export const misshapen = {
  command: 5,
  channels: { approvals: "#platform-approvals" },
  policy: [],
  clusters: [{ name: "Not A Name" }],
  "data-directory": "/var/lib/countersign",
};
