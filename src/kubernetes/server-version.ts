// What a server's version tells about what it can do.

/** KEP-5284, feature gate ConstrainedImpersonation: on from 1.36. null: the version can't be read. */
export function constrainsImpersonation(version: string): boolean | null {
  const [, major, minor] = /^v(\d{1,3})\.(\d{1,3})/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return null;
  return Number(major) > 1 || Number(minor) >= 36;
}
