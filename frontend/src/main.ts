import { mount } from "svelte";
import "./app.css";
import Root from "./Root.svelte";
import { readBoot } from "./boot";
import { App } from "./state.svelte";

const host = document.getElementById("app") ?? document.body.appendChild(Object.assign(document.createElement("div"), { id: "app" }));
const app = new App(readBoot(document));
host.replaceChildren();
mount(Root, { target: host, props: { app } });
app.start();
