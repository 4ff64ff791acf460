/** Sending a packet: ask the server, show its first hop. */
import { t } from "../../i18n/index.svelte";
import type { RunView } from "../../model/frames";
import type { Ask } from "../../model/packet";
import type { App } from "../../state.svelte";

export async function resend(app: App, run: RunView, ask: Ask): Promise<void> {
  const journey = await app.rest.packet(ask);
  // The walk was computed from the moment that the server stands at: while the run plays that is a little after the frame on screen.
  app.journey = { ask, journey, at: app.run?.clock.number ?? run.clock.number };
  app.way = "request";
  app.hop = 0;
  app.selection = "";
  app.say(t(`packet.${journey.result}`, { hops: journey.request.length }));
}
