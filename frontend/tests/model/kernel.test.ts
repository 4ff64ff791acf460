import { describe, expect, it } from "vitest";
import { addressOf, sections, type NodeNetwork } from "../../src/model/kernel";

const router: NodeNetwork = {
  node: "router",
  interfaces: [
    { name: "lan0", kind: "ethernet", mac: "52:54:00:66:00:01", mtu: 1500, up: true, addresses: ["192.168.66.1/24"], master: "", peer: "switch/router", hairpin: false },
    { name: "veth1", kind: "veth", mac: "", mtu: 1450, up: false, addresses: [], master: "cni0", peer: "", hairpin: true },
  ],
  routes: ["default via 203.0.113.1 dev wan0"], neighbours: [], fdb: [], sysctls: { "net.ipv4.ip_forward": 1 }, iptables: "*nat\n-A POSTROUTING -o wan0 -j MASQUERADE\n\n",
};

describe("a machine's tables", () => {
  it("tell the address of a device without its prefix", () => {
    expect([addressOf(router, "lan0"), addressOf(router, "veth1"), addressOf(router, "wan9"), addressOf(null, "lan0")]).toEqual(["192.168.66.1", "", "", ""]);
  });

  it("read as the tools print them, empty ones left out", () => {
    const found = sections(router);
    expect(found.map((one) => one.tool)).toEqual(["ip addr", "ip route", "sysctl", "iptables-save"]);
    expect(found[0]!.lines).toEqual(["lan0: ethernet UP mtu 1500 link 52:54:00:66:00:01 inet 192.168.66.1/24", "veth1: veth DOWN mtu 1450 master cni0 hairpin on"]);
    expect(found[3]!.lines).toEqual(["*nat", "-A POSTROUTING -o wan0 -j MASQUERADE"]);
  });
});
