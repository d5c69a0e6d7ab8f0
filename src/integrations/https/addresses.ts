// Which addresses the bot may connect to on a configuration's behalf (RFC 6890, the special-purpose registries of IANA).
import { BlockList, isIPv6 } from "node:net";

/** Metadata services, broadcasts and the like: never, whatever the configuration says. */
const never = listOf(
  ["0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  ["::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"],
);

const privately = listOf(
  ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"],
  ["::1/128", "fc00::/7"],
);

/** Nobody's: only documentation names them. */
const nowhere = listOf(["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"], ["100::/64", "2001:db8::/32"]);

/** Why an address may not be connected to, or null. IPv4 written as IPv6 is judged as the IPv4 that it is. */
export function whyNoAddress(
  address: string,
  { privateAddresses }: { readonly privateAddresses: boolean },
): string | null {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  if (never.check(address, family) || nowhere.check(address, family))
    return "its name leads to an address that is never asked";
  if (!privateAddresses && privately.check(address, family))
    return "its name leads into a private network, which privateAddresses does not allow";
  return null;
}

function listOf(four: readonly string[], six: readonly string[]): BlockList {
  const list = new BlockList();
  const add = (subnet: string, family: "ipv4" | "ipv6"): void => {
    const [net = "", bits = ""] = subnet.split("/");
    list.addSubnet(net, Number(bits), family);
  };
  for (const subnet of four) add(subnet, "ipv4");
  for (const subnet of six) add(subnet, "ipv6");
  return list;
}
