// Types of links.js, for tests.
export function safeHref(address: string): string | null;
