/** What is programmed in the kernel of a machine: a node, the soft router, a host outside. As `GET …/network/` tells it. */

export interface InterfaceCard {
  name: string;
  kind: string;
  mac: string;
  mtu: number;
  up: boolean;
  addresses: string[];
  master: string;
  peer: string;
  hairpin: boolean;
}

export interface NodeNetwork {
  node: string;
  interfaces: InterfaceCard[];
  routes: string[];
  neighbours: string[];
  fdb: string[];
  sysctls: Record<string, number>;
  iptables: string;
}

/** The first address of a device, without its prefix; "" when it has none. */
export function addressOf(network: NodeNetwork | null, device: string): string {
  const address = network?.interfaces.find((one) => one.name === device)?.addresses[0] ?? "";
  return address.split("/")[0]!;
}

/** Sections of a machine's tables as lines, in the words of the tools that print them. Empty ones are left out. */
export function sections(network: NodeNetwork): { tool: string; lines: string[] }[] {
  const devices = network.interfaces.map((one) => {
    const state = [one.up ? "UP" : "DOWN", `mtu ${one.mtu}`, one.master && `master ${one.master}`, one.hairpin && "hairpin on", one.mac && `link ${one.mac}`];
    return `${one.name}: ${[one.kind, ...state, ...one.addresses.map((address) => `inet ${address}`)].filter(Boolean).join(" ")}`;
  });
  const all = [
    { tool: "ip addr", lines: devices },
    { tool: "ip route", lines: network.routes },
    { tool: "ip neigh", lines: network.neighbours },
    { tool: "bridge fdb", lines: network.fdb },
    { tool: "sysctl", lines: Object.entries(network.sysctls).map(([name, value]) => `${name} = ${value}`) },
    { tool: "iptables-save", lines: network.iptables.split("\n").filter(Boolean) },
  ];
  return all.filter((one) => one.lines.length > 0);
}
